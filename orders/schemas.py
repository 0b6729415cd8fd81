"""What the OpenAPI schema says of orders. Its serializers document; no request passes through them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer
from rest_framework import serializers

from orders.statuses import ORDER_STATUSES
from packprod.api.operations import PAGING, documented, path, query
from packprod.api.schemas import Documented, Money, answer, page

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
ORDER_PAGE = page("OrderPage", OrderSerializer(many=True), description="Orders, newest first.", example=ORDER_EXAMPLE)
_BOUND: dict[str, Any] = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
ORDER_FILTERS = (
    query(
        "from",
        "The first business day, or an instant with an offset.",
        _BOUND,
        examples=[OpenApiExample("A day", "2025-10-01"), OpenApiExample("An instant", "2025-10-01T00:00:00+10:00")],
    ),
    query("to", "The last business day (inclusive), or an instant.", _BOUND),
    query("status", "Only orders of this status.", enum=ORDER_STATUSES),
    query("search", "The start of an orderReference, or a whole e-mail address.", {"type": "string", "maxLength": 300}),
)
list_orders = documented(
    "listOrders",
    tag="Orders",
    answers={200: ORDER_PAGE},
    parameters=[
        *ORDER_FILTERS,
        query("contactID", "Only this customer's orders.", {"type": "string", "maxLength": 300}),
        *PAGING,
    ],
)
_found = PolymorphicProxySerializer(
    "OrderOrParkedOrder", [OrderSerializer, ParkedOrderDetailSerializer], resource_type_field_name=None
)
get_order = documented(
    "getOrder",
    tag="Orders",
    answers={200: answer("OrderAnswer", _found, description="The order.", example=ORDER_EXAMPLE)},
    errors=[404],
    parameters=[ORDER_ID],
)
update_order_status = documented(
    "updateOrderStatus",
    tag="Orders",
    answers={
        200: answer(
            "ChangedOrderAnswer",
            OrderSerializer(),
            description="The order as it now is.",
            example=ORDER_EXAMPLE | {"status": "shipped"},
        )
    },
    errors=[404],
    parameters=[ORDER_ID],
    body={
        "type": "object",
        "properties": {"status": {"type": "string", "enum": ORDER_STATUSES}},
        "required": ["status"],
        "additionalProperties": False,
        "example": {"status": "shipped"},
    },
)
list_parked_orders = documented(
    "listParkedOrders",
    tag="Orders",
    answers={
        200: answer(
            "ParkedOrdersAnswer",
            ParkedOrderSerializer(many=True),
            description="Every parked order.",
            example=[{"orderID": "legacy-17", "reason": "total is not an amount of money."}],
        )
    },
)
