"""What the OpenAPI schema says of the import. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from customers.importing.lines import MAX_ITEMS
from customers.importing.validation import MAX_ORDERS
from orders.statuses import ORDER_STATUSES, RECEIVED
from packprod.api.operations import ALWAYS
from packprod.api.schemas import Documented, FieldProblemField, answer, documented, envelope, enveloped, query

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
REFUSED = {
    "orderID": None,
    "contactID": None,
    "orderReference": "ORD-12346",
    "created": False,
    "updated": False,
    "contactCreated": False,
    "status": 400,
    "errors": [
        {
            "field": "items.0.quantity",
            "code": "not_positive",
            "message": "items.0.quantity must be above 0, and is 0.",
        }
    ],
}
OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


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

    name = serializers.CharField(max_length=200, allow_blank=True, **OPTIONAL)
    email = serializers.CharField(
        max_length=254, allow_blank=True, **OPTIONAL, help_text="Needed, unless there is a phone."
    )
    company = serializers.CharField(max_length=200, allow_blank=True, **OPTIONAL)
    phone = serializers.CharField(max_length=50, allow_blank=True, **OPTIONAL)


class ItemImportSerializer(Documented):
    """One line."""

    productCode = serializers.CharField(max_length=100)
    description = serializers.CharField(max_length=1000, allow_blank=True, **OPTIONAL)
    quantity = SentQuantity(help_text="Pieces.")
    unitPrice = SentMoney()


class OrderImportSerializer(Documented):
    """One order. Unknown keys at this level are kept under `extra`."""

    orderReference = serializers.CharField(max_length=100, help_text="Unique per supplier.")
    createdAt = serializers.DateTimeField(help_text="With an offset; now, where it is not sent.", **OPTIONAL)
    customer = CustomerImportSerializer()
    items = serializers.ListField(child=ItemImportSerializer(), min_length=1, max_length=MAX_ITEMS)
    tax = SentMoney(**OPTIONAL)
    shipping = SentMoney(**OPTIONAL)
    discount = SentMoney(**OPTIONAL)
    total = SentMoney(help_text="Must agree with the lines, tax, shipping and discount within 0.01.", **OPTIONAL)
    currency = serializers.CharField(help_text="PACKPROD_CURRENCY and no other.", **OPTIONAL)
    status = serializers.ChoiceField(ORDER_STATUSES, default=RECEIVED)
    source = serializers.CharField(max_length=50, help_text="Where the order comes from.", **OPTIONAL)  # type: ignore[assignment]


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
    errors = serializers.ListField(child=FieldProblemField(), help_text="Why it was refused; else empty.")  # type: ignore[assignment]


_ON_CONFLICT = {"enum": ["reject", "update"], "default": "reject"}
_SENT: list[Any] = [OrderImportSerializer, OrderImportSerializer(many=True), OrderBatchSerializer]
_ONE = envelope("ImportAnswer", ImportOutcomeSerializer())
_EACH = envelope("ImportBatchAnswer", ImportRowSerializer(many=True))
_FOUND = CREATED | {"created": False, "contactCreated": False}

import_orders = documented(
    "importOrders",
    f"Import one order, or up to {MAX_ORDERS}",
    tag="Import",
    answers={
        201: answer(_ONE, "The one order is created.", example=enveloped(CREATED, source="orders")),
        200: answer(
            PolymorphicProxySerializer("ImportAnyAnswer", [_ONE, _EACH], None),
            "The one order was there, or is updated. For an array: what became of each, in the order sent.",
            an_order_that_was_there=enveloped(_FOUND, source="orders"),
            an_array=enveloped([CREATED | {"status": 201, "errors": []}, REFUSED], source="orders"),
        ),
    },
    errors=(*ALWAYS, 409),
    parameters=[query("onConflict", "Where the reference exists with other content.", **_ON_CONFLICT)],
    body=PolymorphicProxySerializer("Import", _SENT, None, many=False),
    bodies={"One order": ORDER, "An array": [ORDER], "An array in an object": {"orders": [ORDER]}},
)
