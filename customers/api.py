"""`/api/customers`: the list, one customer, a customer's orders; and what the API shows of a customer."""

from decimal import Decimal
from functools import partial
from typing import Annotated

from django.http.response import HttpResponseBase
from msgspec import Meta
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.cache_row import CustomerFigures
from customers.export import customer_export
from customers.lists.listing import SORTS, Listing, customer_list
from customers.metrics import FREQUENCIES, SEGMENTS, purchase_frequency
from customers.selectors import require_customer
from customers.services import customer_row, customer_rows_mend
from orders.api.order_list import ORDER_FILTERS, ORDER_PAGE, ROWS, order_list_response
from packprod.api.answers import Instant, JsonObject, Money, ok, one_of, pagination
from packprod.api.operations import ALWAYS, FILES, answer_of, operation, page_of, path_part
from packprod.api.parameters import LIST_FORMAT, PAGING, Choice, Text, page_params, requested_format
from packprod.dates import business_date, format_instant, utc_now
from packprod.money import money
from packprod.observability.timing import timed
from packprod.rights import CUSTOMER_ORDERS, CUSTOMERS


class CustomerJson(JsonObject):
    """A customer's figures over all orders that count: those not cancelled or refunded."""

    contact_id: str
    name: str
    email: str
    company: str
    order_count: Annotated[int, Meta(ge=1)]
    total_spend: Money
    last_order_date: Instant
    last_order_reference: str
    first_order_date: Instant
    segment: Annotated[str, one_of(SEGMENTS, "As of this reading; the first that matches.")]
    last_order_days_ago: Annotated[int, Meta(description="Business-calendar days, as of this reading.")]
    purchase_frequency: Annotated[str, one_of(FREQUENCIES)]
    last_updated: Annotated[Instant, Meta(description="When the figures were last worked out.")]


def customer_json(customer: CustomerFigures) -> CustomerJson:
    """What depends on the day is right as of `customer.today`, whatever the cache row says."""
    metrics = customer.metrics
    return CustomerJson(
        contact_id=customer.contact_id,
        name=metrics.name,
        email=metrics.email,
        company=metrics.company,
        order_count=metrics.order_count,
        total_spend=money(metrics.total_spend),
        last_order_date=format_instant(metrics.last_order_date),
        last_order_reference=metrics.last_order_reference,
        first_order_date=format_instant(metrics.first_order_date),
        segment=customer.segment,
        last_order_days_ago=customer.last_order_days_ago,
        purchase_frequency=purchase_frequency(metrics),
        last_updated=customer.last_updated,
    )


CUSTOMER = CustomerJson(
    contact_id="8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    name="John Smith",
    email="john@example.com",
    company="Acme Corp",
    order_count=5,
    total_spend=Decimal("1234.56"),
    last_order_date="2025-10-20T10:30:00Z",
    last_order_reference="ORD-12345",
    first_order_date="2025-01-15T14:20:00Z",
    segment="Active",
    last_order_days_ago=3,
    purchase_frequency="Monthly",
    last_updated="2025-10-23T08:15:30Z",
)
"""The schema's example of a customer."""
CONTACT_ID = path_part("contactID", "The customer's id. A slash within it is sent as %2F.")
SEGMENT = Choice("segment", SEGMENTS, "Only customers of this segment.")
SEARCH = Text(
    "search",
    "Each word starts a word of name, e-mail or company, or a phone number by its digits; case, accents, dashes and "
    "apostrophes do not matter.",
)
SORT = Choice("sort", tuple(SORTS), "What the list is sorted by.", default="totalSpend")
DIRECTION = Choice("order", ("desc", "asc"), "Largest first, or smallest first.", default="desc")


class CustomerListView(APIView):
    """`GET /api/customers`"""

    required_scope = "api:read"
    required_permission = CUSTOMERS.view
    export_permission = CUSTOMERS.export

    @operation(
        "listCustomers",
        "List all customers",
        tag="Customers",
        query=(SEGMENT, SEARCH, SORT, DIRECTION, *PAGING, LIST_FORMAT),
        answers={200: page_of(CustomerJson, "A page of customers.", example=CUSTOMER, source="cache"), **FILES},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Customers by sort, segment and search."""
        listing = Listing(SEGMENT.of(request), sort=SORT.of(request), descending=DIRECTION.of(request) == "desc")
        search, now = SEARCH.of(request), utc_now()
        if file_format := requested_format(request):
            return customer_export(listing, search=search, format=file_format, now=now)
        scope = f"customers:{listing}:{search}"
        params = page_params(request, scope=scope)
        with timed("listCustomers") as reading:
            found = customer_list(listing, search=search, limit=params.limit, position=params.position, now=now)
            today = business_date(now)
            data = [customer_json(CustomerFigures.of(row, today=today)) for row in found.page.items]
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
    required_permission = CUSTOMERS.view

    @operation(
        "getCustomer",
        "Retrieve a customer",
        tag="Customers",
        path=[CONTACT_ID],
        query=(),
        answers={
            200: answer_of(
                CustomerJson, "The customer.", name="CustomerAnswer", source="cache", examples={"example": CUSTOMER}
            )
        },
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, contact_id: str) -> Response:
        """One customer, from the cache or computed from the orders. A contact that was joined with another customer
        answers as that one, whose `contactID` the answer has."""
        now = utc_now()
        with timed("getCustomer") as reading:
            row, from_cache = customer_row(contact_id, now=now)
            reading.hit(items=1) if from_cache else reading.miss()
        data = customer_json(CustomerFigures.of(row, today=business_date(now)))
        return ok(data, source="cache" if from_cache else "orders", cache_hit=from_cache)


class CustomerOrdersView(APIView):
    """`GET /api/customers/{contactID}/orders`"""

    required_scope = "api:read"
    required_permission = CUSTOMER_ORDERS.view
    export_permission = CUSTOMER_ORDERS.export

    @operation(
        "listCustomerOrders",
        "List a customer's orders",
        tag="Customers",
        path=[CONTACT_ID],
        query=(*ORDER_FILTERS, *PAGING, LIST_FORMAT, ROWS),
        answers={200: ORDER_PAGE, **FILES},
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, contact_id: str) -> HttpResponseBase:
        """A customer's orders, newest first; 404 for an unknown id."""
        known = partial(require_customer, contact_id)
        return order_list_response(request, operation_id="listCustomerOrders", contact_id=contact_id, when_empty=known)
