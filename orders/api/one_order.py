"""One order over HTTP: shown, and its status changed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.order_json import ORDER_EXAMPLE, OrderJson, ParkedOrderDetailJson, order_json, parked_amount
from orders.rows import order_from_row, stored_text, worth
from orders.selectors import order_item
from orders.services import order_change_status
from orders.statuses import ORDER_STATUSES
from packprod.api.answers import JsonObject, OneOf, ok, one_of
from packprod.api.authentication import actor_of
from packprod.api.json import json_body
from packprod.api.openapi import inline_schema
from packprod.api.operations import ALWAYS, answer_of, header, operation, path_part
from packprod.dates import parse_instant, utc_now
from packprod.errors import BrokenOrder, FieldProblem, InvalidInput
from packprod.observability.timing import timed
from packprod.rights import ORDERS

_SHOWN_NAME_LENGTH = 40

ORDER_ID = path_part("orderID", "The order's id, not its reference. A slash within it is sent as %2F.")
IF_MATCH = header("If-Match", "The order's `updatedAt` as the editor saw it, in quotes.")
PARKED_EXAMPLE = ParkedOrderDetailJson(
    order_id="legacy-17", parked=True, reason="createdAt is not an instant with an offset.", amount=Decimal("105.50")
)


class AnyOrder(OneOf):
    options = (OrderJson, ParkedOrderDetailJson)


class StatusChange(JsonObject, forbid_unknown_fields=True):
    """What a PATCH of an order takes."""

    status: Annotated[str, one_of(ORDER_STATUSES)]
    updated_at: (
        Annotated[str, Meta(description="As the editor saw it; without it, nothing is compared.")] | UnsetType
    ) = UNSET


class OrderView(APIView):
    """`GET` and `PATCH /api/orders/{orderID}`"""

    required_scope = {"GET": "api:read", "PATCH": "orders:write"}
    required_permission = {"GET": ORDERS.view, "PATCH": "orders.change_order"}

    @operation(
        "getOrder",
        "Retrieve an order",
        tag="Orders",
        path=[ORDER_ID],
        query=(),
        answers={
            200: answer_of(
                AnyOrder,
                "The order.",
                name="OrderAnswer",
                source="orders",
                examples={"an_order": ORDER_EXAMPLE, "a_parked_order": PARKED_EXAMPLE},
            )
        },
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, order_id: str) -> Response:
        """One order; a parked one with the reason instead of its figures."""
        with timed("getOrder"):
            item = order_item(order_id)
        data: OrderJson | ParkedOrderDetailJson
        try:
            data = order_json(order_from_row(item))
        except BrokenOrder as exc:
            amount = parked_amount(worth(item))
            data = ParkedOrderDetailJson(order_id=order_id, parked=True, reason=exc.message, amount=amount)
        return ok(data, source="orders")

    @operation(
        "updateOrderStatus",
        "Change an order's status",
        tag="Orders",
        path=[ORDER_ID],
        headers=[IF_MATCH],
        body=inline_schema(StatusChange),
        bodies={
            "Shipped": StatusChange(status="shipped"),
            "Shipped, if nobody changed it since": StatusChange(status="shipped", updated_at="2025-10-20T10:30:00Z"),
        },
        answers={
            200: answer_of(
                OrderJson,
                "The order as it now is.",
                name="ChangedOrderAnswer",
                source="orders",
                examples={"example": msgspec.structs.replace(ORDER_EXAMPLE, status="shipped")},
            )
        },
        errors=(*ALWAYS, 404, 409),
    )
    def patch(self, request: Request, order_id: str) -> Response:
        """Changes the status, nothing else. With the `updatedAt` that the editor saw, in the body or as If-Match, an
        order that was changed since is a 409 and stays as it is."""
        change = _status_change(request)
        order = order_change_status(
            order_id=order_id,
            status=change.status,
            updated_by=actor_of(request.user),
            expected_updated_at=_seen_by_editor(change, request, order_id),
            now=utc_now(),
        )
        return ok(order_json(order), source="orders")


def _status_change(request: Request) -> StatusChange:
    """The request's body. Raises InvalidInput naming the field."""
    body = json_body(request)
    fields = body if isinstance(body, dict) else {}
    if problems := list(_change_problems(fields)):
        message = 'The body must be {"status": "…"}, with or without "updatedAt", nothing else.'
        raise InvalidInput(message, problems=problems)
    return msgspec.convert(fields, StatusChange)


def _change_problems(fields: dict[str, Any]) -> Iterator[FieldProblem]:
    known = {one.encode_name: one.required for one in msgspec.structs.fields(StatusChange)}
    for name, required in known.items():
        if required and name not in fields:
            yield FieldProblem(name, "required", f"{name} is required")
    for name, value in fields.items():
        excerpt = name[:_SHOWN_NAME_LENGTH]
        if name not in known:
            yield FieldProblem(excerpt, "unknown_field", f"{excerpt} cannot be changed, only status")
        elif not isinstance(value, str):
            yield FieldProblem(name, "invalid_type", f"{name} must be text")


def _seen_by_editor(change: StatusChange, request: Request, order_id: str) -> str | None:
    """The `updatedAt` that the editor saw, in the body or as If-Match; None where neither was sent.

    Raises InvalidInput, NotFound.
    """
    if isinstance(change.updated_at, UnsetType):
        return _if_match(request)
    _refuse_malformed(change.updated_at, order_id)
    return change.updated_at


def _refuse_malformed(seen: str, order_id: str) -> None:
    """A value that is no instant must equal the stored one, which another writer put there; empty stands for none."""
    if seen and not _is_instant(seen) and seen != stored_text(order_item(order_id).get("updatedAt")):
        message = "updatedAt must be the order's own, such as 2025-10-20T10:30:00Z."
        raise InvalidInput(message, problems=[FieldProblem("updatedAt", "invalid", message)])


def _is_instant(text: str) -> bool:
    try:
        parse_instant(text)
    except ValueError:
        return False
    return True


def _if_match(request: Request) -> str | None:
    """The `updatedAt` in If-Match, quoted as an entity tag is; None where there is none, or any will do."""
    tag = request.headers.get("If-Match", "*").strip()
    return None if tag == "*" else tag.strip('"')
