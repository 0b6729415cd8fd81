"""What the OpenAPI schema says of orders. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer
from rest_framework import serializers

from orders.statuses import ORDER_STATUSES
from packprod.api.operations import PAGING, documented, path, query
from packprod.api.schema_errors import ALWAYS
from packprod.api.schemas import Documented, Money, answer, envelope, enveloped, page

ORDER_EXAMPLE = {
    "orderID": "3f1c6a0e-5b52-5c8e-9a53-0d6f3c1b7e42",
    "orderReference": "ORD-12345",
    "contactID": "8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    "createdAt": "2025-10-20T10:30:00Z",
    "updatedAt": "2025-10-20T10:30:02Z",
    "status": "received",
    "currency": "AUD",
    "customer": {
        "name": "John Smith",
        "email": "john@example.com",
        "company": "Acme Corp",
        "phone": "+61 2 5550 1234",
    },
    "items": [
        {
            "productCode": "BOX-A4",
            "description": "Mailing box A4",
            "quantity": 100,
            "unitPrice": 0.85,
            "lineTotal": 85.00,
        }
    ],
    "subtotal": 85.00,
    "tax": 8.50,
    "shipping": 12.00,
    "discount": 0.00,
    "total": 105.50,
    "source": "n8n",
    "extra": {},
}
PARKED_EXAMPLE = {"orderID": "legacy-17", "reason": "total is not an amount of money."}


class OrderCustomerSerializer(Documented):
    """Who ordered, as written on the order; empty texts where nothing was said."""

    name = serializers.CharField()
    email = serializers.CharField(help_text="Case-folded.")
    company = serializers.CharField()
    phone = serializers.CharField()


class OrderItemSerializer(Documented):
    """One line of an order."""

    productCode = serializers.CharField()
    description = serializers.CharField()
    quantity = Money(help_text="Pieces.")
    unitPrice = Money()
    lineTotal = Money(help_text="quantity × unitPrice, exact.")


class OrderSerializer(Documented):
    """One order, whoever wrote it."""

    orderID = serializers.CharField()
    orderReference = serializers.CharField(help_text="Unique per supplier.")
    contactID = serializers.CharField()
    createdAt = serializers.DateTimeField(help_text="UTC, ending in Z.")
    updatedAt = serializers.CharField(help_text="As the last writer put it; empty where it put nothing.")
    status = serializers.CharField(help_text=f"{', '.join(ORDER_STATUSES)}; another writer may use its own.")
    currency = serializers.CharField()
    customer = OrderCustomerSerializer()
    items = OrderItemSerializer(many=True)
    subtotal = Money()
    tax = Money()
    shipping = Money()
    discount = Money()
    total = Money()
    source = serializers.CharField(help_text="Where the order came from.")  # type: ignore[assignment]
    extra = serializers.DictField(help_text="The unknown top-level keys of the import, as sent.")


class ParkedOrderSerializer(Documented):
    """An order row that cannot be used until somebody mends it; it counts nowhere."""

    orderID = serializers.CharField()
    reason = serializers.CharField(help_text="What is wrong with the row.")


class ParkedOrderDetailSerializer(ParkedOrderSerializer):
    """Instead of an order's figures, where its row is parked."""

    parked = serializers.BooleanField(help_text="Always true.")


ORDER_ID = path("orderID", "The order's id, not its reference.")
ORDER_PAGE = page("OrderPage", OrderSerializer, "Orders, newest first.", example=ORDER_EXAMPLE, source="orders")
_FOUND = PolymorphicProxySerializer("AnyOrder", [OrderSerializer, ParkedOrderDetailSerializer], None)
_TEXT = {"type": "string", "maxLength": 300}
_BOUND = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
_BOUNDS = [OpenApiExample("A day", "2025-10-01"), OpenApiExample("An instant", "2025-10-01T00:00:00+10:00")]
ORDER_FILTERS = (
    query("from", "The first business day, or an instant with an offset.", _BOUND, examples=_BOUNDS),
    query("to", "The last business day (inclusive), or an instant.", _BOUND, examples=_BOUNDS),
    query("status", "Only orders of this status.", enum=ORDER_STATUSES),
    query("search", "The start of an orderReference, or a whole e-mail address.", _TEXT),
)

list_orders = documented(
    "listOrders",
    "List all orders",
    tag="Orders",
    answers={200: ORDER_PAGE},
    parameters=[*ORDER_FILTERS, query("contactID", "Only this customer's orders.", _TEXT), *PAGING],
)
get_order = documented(
    "getOrder",
    "Retrieve an order",
    tag="Orders",
    answers={
        200: answer(
            envelope("OrderAnswer", _FOUND),
            "The order.",
            an_order=enveloped(ORDER_EXAMPLE, source="orders"),
            a_parked_order=enveloped(PARKED_EXAMPLE | {"parked": True}, source="orders"),
        )
    },
    errors=(*ALWAYS, 404),
    parameters=[ORDER_ID],
)
update_order_status = documented(
    "updateOrderStatus",
    "Change an order's status",
    tag="Orders",
    answers={
        200: answer(
            envelope("ChangedOrderAnswer", OrderSerializer()),
            "The order as it now is.",
            example=enveloped(ORDER_EXAMPLE | {"status": "shipped"}, source="orders"),
        )
    },
    errors=(*ALWAYS, 404),
    parameters=[ORDER_ID],
    body={
        "type": "object",
        "properties": {"status": {"type": "string", "enum": ORDER_STATUSES}},
        "required": ["status"],
        "additionalProperties": False,
    },
    bodies={"Shipped": {"status": "shipped"}},
)
list_parked_orders = documented(
    "listParkedOrders",
    "List parked orders",
    tag="Orders",
    answers={
        200: answer(
            envelope("ParkedOrdersAnswer", ParkedOrderSerializer(many=True)),
            "Every parked order.",
            example=enveloped([PARKED_EXAMPLE], source="projection"),
        )
    },
)
