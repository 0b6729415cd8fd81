"""`POST /admin/contacts/import`, which n8n calls: the view, its request body and its answers."""

from datetime import datetime
from typing import Annotated, Any, Protocol

from django.http.request import UnreadablePostError
from drf_spectacular.utils import PolymorphicProxySerializer
from msgspec import Meta, structs
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
    PRICE_DECIMALS,
    QUANTITY_DECIMALS,
    TOLERANCE_PER_LINE,
)
from customers.importing.services import OnConflict
from orders.statuses import ORDER_STATUSES, RECEIVED
from packprod.api.answers import Answer, Instant, JsonObject, ok, one_of
from packprod.api.authentication import actor_of
from packprod.api.errors import ErrorJson, FieldProblemJson
from packprod.api.json import json_body
from packprod.api.openapi import Body
from packprod.api.operations import ALWAYS, answer_of, enveloped, operation, response
from packprod.api.parameters import Choice
from packprod.dates import utc_now
from packprod.errors import FieldProblem
from packprod.observability.request_context import current_request
from packprod.observability.timing import timed

_CONFLICTS: tuple[OnConflict, ...] = ("reject", "update")
ON_CONFLICT: Choice[OnConflict] = Choice(
    "onConflict",
    _CONFLICTS,
    "Where the reference exists with other content: `reject` it (409), or `update` the stored order with what changed"
    " since it was last sent. What staff changed meanwhile stays.",
    default="reject",
)

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

_MONEY_DIGITS = len(str(int(MAX_MONEY)))
_QUANTITY_DIGITS = len(str(MAX_QUANTITY))


def _sent_number(digits: int, decimals: int, **bounds: object) -> dict[str, Any]:
    """The JSON schema of a number that may be sent as text, too."""
    text = {"type": "string", "pattern": rf"^[0-9]{{1,{digits}}}(\.[0-9]{{1,{decimals}}})?$"}
    return {"oneOf": [text, {"type": "number"} | bounds]}


_SENT_MONEY = _sent_number(_MONEY_DIGITS, MONEY_DECIMALS, minimum=0, maximum=float(MAX_MONEY))
_SENT_PRICE = _sent_number(_MONEY_DIGITS, PRICE_DECIMALS, minimum=0, maximum=float(MAX_MONEY))
_SENT_QUANTITY = _sent_number(
    _QUANTITY_DIGITS, QUANTITY_DECIMALS, minimum=0, exclusiveMinimum=True, maximum=MAX_QUANTITY
)
_NULLABLE = {"nullable": True}
OptionalMoney = Annotated[Any, Meta(extra_json_schema=_SENT_MONEY | _NULLABLE)]


class CustomerImport(JsonObject, kw_only=True):
    """Who ordered. An existing contact with the same e-mail is used, its empty fields filled; without an e-mail, the
    one with the same phone number."""

    name: Annotated[str, Meta(max_length=MAX_NAME_LENGTH)] | None = None
    email: Annotated[str, Meta(max_length=MAX_EMAIL_LENGTH, description="Needed, unless there is a phone.")] | None = (
        None
    )
    company: Annotated[str, Meta(max_length=MAX_NAME_LENGTH)] | None = None
    phone: (
        Annotated[
            str,
            Meta(
                max_length=MAX_PHONE_LENGTH,
                description="Without an e-mail, a number that is one in PACKPROD_COUNTRY or has its country code.",
            ),
        ]
        | None
    ) = None


class ItemImport(JsonObject, kw_only=True):
    """One line."""

    product_code: Annotated[str, Meta(min_length=1, max_length=MAX_PRODUCT_CODE_LENGTH)]
    description: Annotated[str, Meta(max_length=MAX_DESCRIPTION_LENGTH)] | None = None
    quantity: Annotated[
        Any, Meta(description=f"At most {QUANTITY_DECIMALS} decimals.", extra_json_schema=_SENT_QUANTITY)
    ]
    unit_price: Annotated[Any, Meta(description=f"At most {PRICE_DECIMALS} decimals.", extra_json_schema=_SENT_PRICE)]


class OrderImport(JsonObject, kw_only=True):
    """One order. Unknown keys at this level are kept under `extra`."""

    order_reference: Annotated[
        str, Meta(min_length=1, max_length=MAX_REFERENCE_LENGTH, description="Unique per supplier.")
    ]
    created_at: Annotated[Instant | None, Meta(description="With an offset; now, where it is not sent.")] = None
    updated_at: Annotated[
        Instant | None,
        Meta(
            description="The sender's own time of this version of the order, with an offset. A version older than the"
            " last one changes nothing (`stale`)."
        ),
    ] = None
    customer: CustomerImport
    items: Annotated[list[ItemImport], Meta(min_length=1, max_length=MAX_ITEMS)]
    tax: OptionalMoney = None
    shipping: OptionalMoney = None
    discount: OptionalMoney = None
    total: Annotated[
        OptionalMoney,
        Meta(
            description="The sum of the lines, each rounded to the cent, and tax and shipping less the discount. It "
            f"may differ by {TOLERANCE_PER_LINE} a line, and then stays as it was sent."
        ),
    ] = None
    currency: Annotated[str, Meta(min_length=1, description="PACKPROD_CURRENCY and no other.")] | None = None
    status: Annotated[str, Meta(extra_json_schema={"enum": list(ORDER_STATUSES), "default": RECEIVED})] = RECEIVED
    source: (
        Annotated[str, Meta(min_length=1, max_length=MAX_SOURCE_LENGTH, description="Where the order comes from.")]
        | None
    ) = None


class OrderBatch(JsonObject):
    """An array of orders in an object."""

    orders: Annotated[list[OrderImport], Meta(min_length=1, max_length=MAX_ORDERS)]


_BODIES: list[Any] = [OrderImport, Body("OrderList", list[OrderImport]), OrderBatch]


STALE = "Whether this is an earlier version of the order, by its `updatedAt` or its content, which changes nothing."
KEPT = "The fields that the sender changed, and that stay as they are, since staff changed them, too."


class ImportOutcomeJson(JsonObject):
    """What became of an order: created, updated, or (neither) found as it was."""

    order_id: str
    contact_id: str
    order_reference: str
    created: bool
    updated: bool
    contact_created: bool
    stale: Annotated[bool, Meta(description=STALE)]
    kept: Annotated[list[str], Meta(description=KEPT)]


class ImportRowJson(JsonObject):
    """What became of one order of an array; the ids are null where it was refused."""

    order_id: str | None
    contact_id: str | None
    order_reference: str | None
    created: bool
    updated: bool
    contact_created: bool
    stale: Annotated[bool, Meta(description=STALE)]
    kept: Annotated[list[str], Meta(description=KEPT)]
    status: Annotated[int, one_of((201, 200, 400, 409), "The status that the order would have got on its own.")]
    errors: Annotated[list[FieldProblemJson], Meta(description="Why it was refused; else empty.")]


_CREATED = ImportOutcomeJson(
    order_id="3f1c6a0e-5b52-5c8e-9a53-0d6f3c1b7e42",
    contact_id="8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    order_reference="ORD-12345",
    created=True,
    updated=False,
    contact_created=True,
    stale=False,
    kept=[],
)
_ROW = ImportRowJson(**structs.asdict(_CREATED), status=201, errors=[])
_REFUSED = ImportRowJson(
    order_id=None,
    contact_id=None,
    order_reference="ORD-12346",
    created=False,
    updated=False,
    contact_created=False,
    stale=False,
    kept=[],
    status=400,
    errors=[
        FieldProblemJson(
            field="items.0.quantity",
            code="not_positive",
            message="items.0.quantity must be above 0, and is 0.",
        )
    ],
)
_CREATED_ANSWER = answer_of(
    ImportOutcomeJson, "The one order is created.", name="ImportAnswer", source="orders", examples={"example": _CREATED}
)
_ANSWERS: list[Any] = [
    Body("ImportAnswer", Answer[ImportOutcomeJson]),
    Body("ImportBatchAnswer", Answer[list[ImportRowJson]]),
]
_FOUND = structs.replace(_CREATED, created=False, contact_created=False)
_ANY_ANSWER = response(
    PolymorphicProxySerializer("ImportAnyAnswer", _ANSWERS, None),
    "The one order was there, or is updated. For an array: what became of each, in the order sent.",
    {
        "an_order_that_was_there": enveloped(_FOUND, source="orders"),
        "an_array": enveloped([_ROW, _REFUSED], source="orders"),
    },
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
    """One order, an array of orders, or {"orders": [...]}. `keep` receives every body that a known sender posts."""

    required_scope = "orders:import"
    required_permission = "orders.add_order"
    keep: KeepImport | None = None
    sender = ""
    imported: ImportedBody | None = None

    @operation(
        "importOrders",
        f"Import one order, or up to {MAX_ORDERS}",
        tag="Import",
        query=(ON_CONFLICT,),
        body=PolymorphicProxySerializer("Import", _BODIES, None, many=False),
        bodies={"One order": _ORDER, "An array": [_ORDER], "An array in an object": {"orders": [_ORDER]}},
        answers={201: _CREATED_ANSWER, 200: _ANY_ANSWER},
        errors=(*ALWAYS, 409),
    )
    def post(self, request: Request) -> Response:
        """201 when one order is created, 200 when it was there; an array is always 200, a status per row.

        The same order again changes nothing: each field that is sent agrees with what is stored or with what was sent
        last. Lines are compared by the quantity of each product and price, text and phones in any spelling; unknown
        keys do not count. `?onConflict=update` changes what was changed since the last time.
        """
        on_conflict = ON_CONFLICT.of(request)
        body = json_body(request)
        with timed("importOrders"):
            self.imported = body_import(body=body, on_conflict=on_conflict, updated_by=self.sender, now=utc_now())
            return _response(self.imported)

    def perform_authentication(self, request: Request) -> None:
        """Remembers the sender, as only bodies of known senders are kept."""
        super().perform_authentication(request)
        self.sender = actor_of(request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Makes Django keep the body before the CSRF check of a session reads it as a stream."""
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
    data = [_row(one) for one in imported.results] if imported.is_batch else _outcome(imported.results[0])
    return ok(data, source="orders", status=imported.status)


def _outcome(result: ImportResult) -> ImportOutcomeJson:
    assert result.outcome is not None, "a refused order on its own is raised as an error"  # noqa: S101
    done = result.outcome
    return ImportOutcomeJson(
        order_id=done.order_id,
        contact_id=done.contact_id,
        order_reference=done.order_reference,
        created=done.created,
        updated=done.updated,
        contact_created=done.contact_created,
        stale=done.stale,
        kept=list(done.kept),
    )


def _row(result: ImportResult) -> ImportRowJson:
    done = result.outcome
    return ImportRowJson(
        order_id=done.order_id if done else None,
        contact_id=done.contact_id if done else None,
        order_reference=result.order_reference,
        created=done is not None and done.created,
        updated=done is not None and done.updated,
        contact_created=done is not None and done.contact_created,
        stale=done is not None and done.stale,
        kept=list(done.kept) if done else [],
        status=result.status,
        errors=[FieldProblemJson(field=one.field, code=one.code, message=one.message) for one in result.problems],
    )


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
