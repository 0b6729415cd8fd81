"""What an order looks like in the OpenAPI schema. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from rest_framework import serializers

from orders.statuses import ORDER_STATUSES
from packprod.api.schemas import Documented, Money

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
