"""HTTP for customers: parse, call one selector or service, render."""

from functools import partial
from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.cache_row import customer_json, metrics_from_row
from customers.export import customer_export
from customers.lists.listing import SORTS, Listing, customer_list
from customers.metrics import SEGMENTS
from customers.schemas import get_customer, list_customer_orders, list_customers
from customers.selectors import require_customer
from customers.services import customer_row, customer_rows_mend
from orders.api.order_list import order_list_response
from packprod.api.answers import ok, pagination
from packprod.api.choices import choice
from packprod.api.parameters import (
    FORMAT_PARAMETERS,
    PAGE_PARAMETERS,
    page_params,
    refuse_unknown_parameters,
    requested_format,
)
from packprod.dates import utc_now
from packprod.dynamodb.reads import Item
from packprod.money import money
from packprod.observability.timing import timed


def _shown(row: Item, now: Any) -> dict[str, Any]:
    body = customer_json(row["contactID"], metrics_from_row(row), last_updated=row["lastUpdated"], now=now)
    return body | {"totalSpend": money(body["totalSpend"])}


class CustomerListView(APIView):
    """`GET /api/customers`"""

    required_scope = "api:read"
    required_permission = "customers.view_customer"

    @list_customers
    def get(self, request: Request) -> HttpResponseBase:
        """Customers by sort, segment and search."""
        filters = ("segment", "search", "sort", "order")
        refuse_unknown_parameters(request, (*filters, *PAGE_PARAMETERS, *FORMAT_PARAMETERS))
        now = utc_now()
        listing = Listing(
            segment_name=choice(request, "segment", SEGMENTS, default=""),
            sort=choice(request, "sort", tuple(SORTS), default="totalSpend"),
            descending=choice(request, "order", ("desc", "asc"), default="desc") == "desc",
        )
        search = request.query_params.get("search", "")
        if file_format := requested_format(request):
            return customer_export(listing, search=search, format=file_format, now=now)
        scope = f"customers:{listing}:{search}"
        params = page_params(request, scope=scope)
        with timed("listCustomers") as reading:
            found = customer_list(listing, search=search, limit=params.limit, position=params.position, now=now)
            data = [_shown(row, now) for row in found.page.items]
            customer_rows_mend(contact_ids=found.damaged, now=now)
            reading.hit(items=len(data)) if found.from_cache else reading.miss()
        return ok(
            data,
            source="cache" if found.from_cache else "orders",
            cache_hit=found.from_cache,
            pagination=pagination(params, next_position=found.page.next_position, scope=scope, total=found.page.total),
        )


class CustomerView(APIView):
    """`GET /api/customers/{contactID}`"""

    required_scope = "api:read"
    required_permission = "customers.view_customer"

    @get_customer
    def get(self, request: Request, contact_id: str) -> Response:
        """One customer, from the cache or computed from the orders."""
        refuse_unknown_parameters(request, ())
        now = utc_now()
        with timed("getCustomer") as reading:
            row, from_cache = customer_row(contact_id, now=now)
            reading.hit(items=1) if from_cache else reading.miss()
        return ok(_shown(row, now), source="cache" if from_cache else "orders", cache_hit=from_cache)


class CustomerOrdersView(APIView):
    """`GET /api/customers/{contactID}/orders`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    @list_customer_orders
    def get(self, request: Request, contact_id: str) -> HttpResponseBase:
        """A customer's orders, newest first; 404 for somebody nobody knows."""
        known = partial(require_customer, contact_id)
        return order_list_response(request, operation_id="listCustomerOrders", contact_id=contact_id, when_empty=known)
