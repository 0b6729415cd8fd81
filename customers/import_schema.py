"""What the OpenAPI schema says of the import. Its serializers document; no request passes through them."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from customers.importing.lines import MAX_ITEMS
from customers.importing.validation import MAX_ORDERS
from orders.statuses import ORDER_STATUSES, RECEIVED
from packprod.api.operations import documented, query
from packprod.api.schema_errors import FieldProblemSerializer
from packprod.api.schemas import Documented, answer

ORDER = {
    "orderReference": "ORD-12345",
    "createdAt": "2025-10-20T10:30:00Z",
    "customer": {
        "name": "John Smith",
        "email": "John@Example.com",
        "company": "Acme Corp",
        "phone": "+61 2 5550 1234",
    },
    "items": [{"productCode": "BOX-A4", "description": "Mailing box A4", "quantity": 100, "unitPrice": "0.85"}],
    "tax": "8.50",
    "shipping": "12.00",
    "discount": "0",
    "total": "105.50",
    "currency": "AUD",
    "status": "received",
    "source": "n8n",
}
CREATED = {
    "orderID": "3f1c6a0e-5b52-5c8e-9a53-0d6f3c1b7e42",
    "contactID": "8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    "orderReference": "ORD-12345",
    "created": True,
    "updated": False,
    "contactCreated": True,
}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$"},
            {"type": "number", "minimum": 0, "maximum": 999999999.99},
        ]
    }
)
class SentMoney(serializers.Field[Any, Any, Any, Any]):
    """Text or number, at most 2 decimals."""


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": "^[1-9][0-9]{0,5}$"},
            {"type": "integer", "minimum": 1, "maximum": 1_000_000},
        ]
    }
)
class SentQuantity(serializers.Field[Any, Any, Any, Any]):
    """A whole number, or its digits."""


class CustomerImportSerializer(Documented):
    """Who ordered. An existing contact with the same e-mail is used, its empty fields filled."""

    name = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    email = serializers.CharField(
        max_length=254, required=False, allow_null=True, allow_blank=True, help_text="Needed, unless there is a phone."
    )
    company = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    phone = serializers.CharField(max_length=50, required=False, allow_null=True, allow_blank=True)


class ItemImportSerializer(Documented):
    """One line."""

    productCode = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=1000, required=False, allow_null=True, allow_blank=True)
    quantity = SentQuantity(help_text="Pieces.")
    unitPrice = SentMoney()


class OrderImportSerializer(Documented):
    """One order. Unknown keys at this level are kept under `extra`."""

    orderReference = serializers.CharField(max_length=100, help_text="Unique per supplier.")
    createdAt = serializers.DateTimeField(required=False, help_text="With an offset; now, where it is not sent.")
    customer = CustomerImportSerializer()
    items = serializers.ListField(child=ItemImportSerializer(), min_length=1, max_length=MAX_ITEMS)
    tax = SentMoney(required=False)
    shipping = SentMoney(required=False)
    discount = SentMoney(required=False)
    total = SentMoney(required=False, help_text="Must agree with the lines, tax, shipping and discount within 0.01.")
    currency = serializers.CharField(required=False, help_text="PACKPROD_CURRENCY and no other.")
    status = serializers.ChoiceField(ORDER_STATUSES, default=RECEIVED)
    source = serializers.CharField(max_length=50, required=False, help_text="Where the order comes from.")  # type: ignore[assignment]


class OrderBatchSerializer(Documented):
    """An array of orders in an object."""

    orders = serializers.ListField(child=OrderImportSerializer(), min_length=1, max_length=MAX_ORDERS)


class ImportOutcomeSerializer(Documented):
    """What became of an order: created, updated, or (neither) found as it was."""

    orderID = serializers.CharField()
    contactID = serializers.CharField()
    orderReference = serializers.CharField()
    created = serializers.BooleanField()
    updated = serializers.BooleanField()
    contactCreated = serializers.BooleanField()


@extend_schema_field({"type": "integer", "enum": [201, 200, 400, 409]})
class RowStatus(serializers.Field[Any, Any, Any, Any]):
    """The status that the order would have got on its own."""


class ImportRowSerializer(Documented):
    """What became of one order of an array; the ids are null where it was refused."""

    orderID = serializers.CharField(allow_null=True)
    contactID = serializers.CharField(allow_null=True)
    orderReference = serializers.CharField(allow_null=True)
    created = serializers.BooleanField()
    updated = serializers.BooleanField()
    contactCreated = serializers.BooleanField()
    status = RowStatus(help_text="The status that the order would have got on its own.")
    errors = FieldProblemSerializer(many=True, help_text="Why it was refused; else empty.")  # type: ignore[assignment]


_body = PolymorphicProxySerializer(
    "Import",
    [
        OrderImportSerializer,
        OrderImportSerializer(many=True, min_length=1, max_length=MAX_ORDERS),
        OrderBatchSerializer,
    ],
    resource_type_field_name=None,
    many=False,
)
_results = PolymorphicProxySerializer(
    "ImportResult", [ImportOutcomeSerializer, ImportRowSerializer(many=True)], resource_type_field_name=None, many=False
)
_ROW = CREATED | {"status": 201, "errors": []}
import_orders = documented(
    "importOrders",
    tag="Import",
    answers={
        201: answer(
            "ImportedAnswer", ImportOutcomeSerializer(), description="The one order is created.", example=CREATED
        ),
        200: answer(
            "ImportAnswer",
            _results,
            description="The one order was there or is updated; an array: a status each.",
            example=[_ROW],
        ),
    },
    errors=[409],
    parameters=[
        query(
            "onConflict",
            "What to do where the reference exists with other content.",
            enum=["reject", "update"],
            default="reject",
        )
    ],
    body=_body,
    examples=[
        OpenApiExample("One order", value=ORDER, request_only=True),
        OpenApiExample("An array", value=[ORDER], request_only=True),
        OpenApiExample("An array in an object", value={"orders": [ORDER]}, request_only=True),
    ],
)
