"""The list of orders that a request asks for: filters and sort."""

from datetime import datetime

from rest_framework.request import Request

from orders.customer_groups import customer_groups, group_members
from orders.listing import BY_DATE, SORTS, OrderListing
from orders.order_filter import OrderFilter
from orders.periods import created_span
from orders.statuses import ORDER_STATUSES
from packprod.api.choices import choice, short_text

FILTERS = ("from", "to", "status", "search", "sort", "order")
OF_ALL_CUSTOMERS = ("contactID", "segment")  # filters of the list of all orders only


def asked_listing(request: Request, *, contact_id: str, now: datetime) -> OrderListing:
    """Of one contact where one is named. Raises InvalidInput naming the parameter."""
    sort = choice(request, "sort", SORTS, default=BY_DATE)
    descending = choice(request, "order", ("desc", "asc"), default="desc") == "desc"
    created_from, created_before = created_span(request)
    segment = "" if contact_id else choice(request, "segment", customer_groups(), default="")
    wanted = OrderFilter(
        created_from=created_from,
        created_before=created_before,
        status=choice(request, "status", ORDER_STATUSES, default=""),
        contact_id=contact_id or short_text(request, "contactID"),
        search=short_text(request, "search"),
        segment=segment,
        segment_members=group_members(segment, now=now),
    )
    return OrderListing(wanted, sort=sort, descending=descending)
