"""What the OpenAPI schema says of customers. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from rest_framework import serializers

from customers.lists.listing import SORTS
from customers.metrics import SEGMENTS
from orders.api.order_list import ORDER_FILTERS, ORDER_PAGE, ROWS
from packprod.api.operations import ALWAYS, FILES, operation, path_part
from packprod.api.parameters import LIST_FORMAT, PAGING
from packprod.api.schemas import Documented, Money, answer, documented, envelope, enveloped, page, query

CUSTOMER_EXAMPLE = {
    "contactID": "8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    "name": "John Smith",
    "email": "john@example.com",
    "company": "Acme Corp",
    "orderCount": 5,
    "totalSpend": 1234.56,
    "lastOrderDate": "2025-10-20T10:30:00Z",
    "lastOrderReference": "ORD-12345",
    "firstOrderDate": "2025-01-15T14:20:00Z",
    "segment": "Active",
    "lastOrderDaysAgo": 3,
    "purchaseFrequency": "Monthly",
    "lastUpdated": "2025-10-23T08:15:30Z",
}


class CustomerSerializer(Documented):
    """A customer's figures over all orders that count: those not cancelled or refunded."""

    contactID = serializers.CharField()
    name = serializers.CharField()
    email = serializers.CharField()
    company = serializers.CharField()
    orderCount = serializers.IntegerField(min_value=1)
    totalSpend = Money()
    lastOrderDate = serializers.DateTimeField()
    lastOrderReference = serializers.CharField()
    firstOrderDate = serializers.DateTimeField()
    segment = serializers.ChoiceField(SEGMENTS, help_text="As of this reading; the first that matches.")
    lastOrderDaysAgo = serializers.IntegerField(help_text="Business-calendar days, as of this reading.")
    purchaseFrequency = serializers.ChoiceField(["One-time", "Weekly", "Monthly", "Quarterly", "Yearly"])
    lastUpdated = serializers.DateTimeField(help_text="When the figures were last worked out.")


CONTACT_ID = path_part("contactID", "The customer's id.")

list_customers = documented(
    "listCustomers",
    "List all customers",
    tag="Customers",
    answers={
        200: page("CustomerPage", CustomerSerializer, "A page of customers.", example=CUSTOMER_EXAMPLE, source="cache"),
        **FILES,
    },
    parameters=[
        query("segment", "Only customers of this segment.", enum=SEGMENTS),
        query("search", "Each word starts a word of name, e-mail or company; case and accents do not matter."),
        query("sort", "What the list is sorted by.", enum=list(SORTS), default="totalSpend"),
        query("order", "Largest first, or smallest first.", enum=["desc", "asc"], default="desc"),
        *PAGING,
        LIST_FORMAT,
    ],
)
get_customer = documented(
    "getCustomer",
    "Retrieve a customer",
    tag="Customers",
    answers={
        200: answer(
            envelope("CustomerAnswer", CustomerSerializer()),
            "The customer.",
            example=enveloped(CUSTOMER_EXAMPLE, source="cache"),
        )
    },
    errors=(*ALWAYS, 404),
    parameters=[CONTACT_ID],
)
list_customer_orders = operation(
    "listCustomerOrders",
    "List a customer's orders",
    tag="Customers",
    answers={200: ORDER_PAGE, **FILES},
    errors=(*ALWAYS, 404),
    path=[CONTACT_ID],
    query=(*ORDER_FILTERS, *PAGING, LIST_FORMAT, ROWS),
)
