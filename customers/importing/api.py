"""`POST /admin/contacts/import`: the view that n8n calls, what it takes and what it answers."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from datetime import datetime
from typing import Any, Protocol, cast

from django.http.request import UnreadablePostError
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.importing.batch import ImportedBody, ImportResult, Refusal, body_import
from customers.importing.limits import (
    MAX_DESCRIPTION_LENGTH,
    MAX_EMAIL_LENGTH,
    MAX_ITEMS,
    MAX_MONEY,
    MAX_NAME_LENGTH,
    MAX_ORDERS,
    MAX_PHONE_LENGTH,
    MAX_PRODUCT_CODE_LENGTH,
    MAX_QUANTITY,
    MAX_REFERENCE_LENGTH,
    MAX_SOURCE_LENGTH,
    MONEY_DECIMALS,
    TOTAL_TOLERANCE,
)
from customers.importing.service import OnConflict
from orders.statuses import ORDER_STATUSES, RECEIVED
from packprod.api.answers import ok
from packprod.api.authentication import actor_of
from packprod.api.choices import choice
from packprod.api.errors import ErrorJson
from packprod.api.json import json_body
from packprod.api.operations import ALWAYS
from packprod.api.parameters import refuse_unknown_parameters
from packprod.api.schemas import Documented, FieldProblemField, answer, documented, envelope, enveloped, query
from packprod.dates import utc_now
from packprod.errors import FieldProblem
from packprod.observability.request_context import current_request
from packprod.observability.timing import timed

_ORDER = {
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
_CREATED = {
    "orderID": "3f1c6a0e-5b52-5c8e-9a53-0d6f3c1b7e42",
    "contactID": "8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    "orderReference": "ORD-12345",
    "created": True,
    "updated": False,
    "contactCreated": True,
}
_REFUSED = {
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
_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


_MONEY_DIGITS = len(str(int(MAX_MONEY)))
_MONEY_PATTERN = rf"^[0-9]{{1,{_MONEY_DIGITS}}}(\.[0-9]{{1,{MONEY_DECIMALS}}})?$"
_QUANTITY_PATTERN = f"^[1-9][0-9]{{0,{len(str(MAX_QUANTITY)) - 2}}}$"


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": _MONEY_PATTERN},
            {"type": "number", "minimum": 0, "maximum": float(MAX_MONEY)},
        ]
    }
)
class SentMoney(serializers.Field[Any, Any, Any, Any]):
    """Text or number, at most 2 decimals."""


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": _QUANTITY_PATTERN},
            {"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY},
        ]
    }
)
class SentQuantity(serializers.Field[Any, Any, Any, Any]):
    """A whole number, or its digits."""


class CustomerImportSerializer(Documented):
    """Who ordered. An existing contact with the same e-mail is used, its empty fields filled."""

    name = serializers.CharField(max_length=MAX_NAME_LENGTH, allow_blank=True, **_OPTIONAL)
    email = serializers.CharField(
        max_length=MAX_EMAIL_LENGTH, allow_blank=True, **_OPTIONAL, help_text="Needed, unless there is a phone."
    )
    company = serializers.CharField(max_length=MAX_NAME_LENGTH, allow_blank=True, **_OPTIONAL)
    phone = serializers.CharField(max_length=MAX_PHONE_LENGTH, allow_blank=True, **_OPTIONAL)


class ItemImportSerializer(Documented):
    """One line."""

    productCode = serializers.CharField(max_length=MAX_PRODUCT_CODE_LENGTH)
    description = serializers.CharField(max_length=MAX_DESCRIPTION_LENGTH, allow_blank=True, **_OPTIONAL)
    quantity = SentQuantity(help_text="Pieces.")
    unitPrice = SentMoney()


class OrderImportSerializer(Documented):
    """One order. Unknown keys at this level are kept under `extra`."""

    orderReference = serializers.CharField(max_length=MAX_REFERENCE_LENGTH, help_text="Unique per supplier.")
    createdAt = serializers.DateTimeField(help_text="With an offset; now, where it is not sent.", **_OPTIONAL)
    customer = CustomerImportSerializer()
    items = serializers.ListField(child=ItemImportSerializer(), min_length=1, max_length=MAX_ITEMS)
    tax = SentMoney(**_OPTIONAL)
    shipping = SentMoney(**_OPTIONAL)
    discount = SentMoney(**_OPTIONAL)
    total = SentMoney(
        help_text=f"Must agree with the lines, tax, shipping and discount within {TOTAL_TOLERANCE}.", **_OPTIONAL
    )
    currency = serializers.CharField(help_text="PACKPROD_CURRENCY and no other.", **_OPTIONAL)
    status = serializers.ChoiceField(ORDER_STATUSES, default=RECEIVED)
    source = serializers.CharField(max_length=MAX_SOURCE_LENGTH, help_text="Where the order comes from.", **_OPTIONAL)  # type: ignore[assignment]


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
_FOUND = _CREATED | {"created": False, "contactCreated": False}

_import_orders = documented(
    "importOrders",
    f"Import one order, or up to {MAX_ORDERS}",
    tag="Import",
    answers={
        201: answer(_ONE, "The one order is created.", example=enveloped(_CREATED, source="orders")),
        200: answer(
            PolymorphicProxySerializer("ImportAnyAnswer", [_ONE, _EACH], None),
            "The one order was there, or is updated. For an array: what became of each, in the order sent.",
            an_order_that_was_there=enveloped(_FOUND, source="orders"),
            an_array=enveloped([_CREATED | {"status": 201, "errors": []}, _REFUSED], source="orders"),
        ),
    },
    errors=(*ALWAYS, 409),
    parameters=[query("onConflict", "Where the reference exists with other content.", **_ON_CONFLICT)],
    body=PolymorphicProxySerializer("Import", _SENT, None, many=False),
    bodies={"One order": _ORDER, "An array": [_ORDER], "An array in an object": {"orders": [_ORDER]}},
)


class KeepImport(Protocol):
    """Keeps what a known sender posted, and what became of it."""

    def __call__(
        self,
        *,
        body: bytes,
        sender: str,
        on_conflict: str,
        outcome: ImportedBody | Refusal,
        request_id: str,
        now: datetime,
    ) -> None: ...


class ImportView(APIView):
    """One order, an array of orders, or {"orders": [...]}. `keep` gets whatever a known sender posts."""

    required_scope = "orders:import"
    required_permission = "orders.add_order"
    keep: KeepImport | None = None
    sender = ""
    imported: ImportedBody | None = None

    @_import_orders
    def post(self, request: Request) -> Response:
        """201 when one order is created, 200 when it was there; an array is always 200, a status per row."""
        refuse_unknown_parameters(request, ("onConflict",))
        on_conflict = cast(OnConflict, choice(request, "onConflict", ("reject", "update"), default="reject"))
        body = json_body(request)
        with timed("importOrders"):
            self.imported = body_import(body=body, on_conflict=on_conflict, updated_by=self.sender, now=utc_now())
            return _response(self.imported)

    def perform_authentication(self, request: Request) -> None:
        """Remembers the sender: what an unknown one posts is not kept."""
        super().perform_authentication(request)
        self.sender = actor_of(request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Makes Django keep the body before anything reads it as a stream: the CSRF check of a session does."""
        _ = request.body
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keeps what was received and what became of it."""
        if self.keep is not None and self.sender and request.method == "POST":
            self._keep(self.keep, request, response)
        return super().finalize_response(request, response, *args, **kwargs)

    def _keep(self, keep: KeepImport, request: Request, response: Response) -> None:
        try:
            body = request.body
        except UnreadablePostError:  # it never arrived whole
            return
        accepted = self.imported if response.status_code < 400 else None
        keep(
            body=body,
            sender=self.sender,
            on_conflict=request.query_params.get("onConflict", ""),
            outcome=accepted or _refusal(response),
            request_id=current_request().id,
            now=utc_now(),
        )


def _response(imported: ImportedBody) -> Response:
    rows = [_row(result) for result in imported.results]
    if imported.is_batch:
        each = [
            row | {"status": result.status, "errors": [_problem(one) for one in result.problems]}
            for row, result in zip(rows, imported.results, strict=True)
        ]
        return ok(each, source="orders", status=imported.status)
    return ok(rows[0], source="orders", status=imported.status)


def _row(result: ImportResult) -> dict[str, Any]:
    done = result.outcome
    return {
        "orderID": done.order_id if done else None,
        "contactID": done.contact_id if done else None,
        "orderReference": result.order_reference,
        "created": done is not None and done.created,
        "updated": done is not None and done.updated,
        "contactCreated": done is not None and done.contact_created,
    }


def _problem(problem: FieldProblem) -> dict[str, str]:
    return {"field": problem.field, "code": problem.code, "message": problem.message}


def _refusal(response: Response) -> Refusal:
    """An error response, from wherever it came (sign-in, limits, parser, import), as a plain result."""
    body: ErrorJson = response.data
    return Refusal(
        status=response.status_code,
        code=body.error.code,
        message=body.error.message,
        sentence=body.detail,
        problems=tuple(FieldProblem(one.field, one.code, one.message) for one in body.error.details),
    )
