"""`POST /admin/contacts/import`: the door that n8n knocks on."""

from typing import Any, cast

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.import_schema import import_orders
from customers.importing.batch import ImportResult, orders_import
from customers.importing.service import ImportOutcome, OnConflict
from customers.importing.validation import split_body
from packprod.api.choices import choice
from packprod.api.envelope import ok
from packprod.api.parameters import refuse_unknown_parameters
from packprod.api.parsers import json_body
from packprod.dates import utc_now
from packprod.errors import OrderConflict
from packprod.observability.timing import timed


class ImportView(APIView):
    """One order, an array of orders, or {"orders": [...]}."""

    required_scope = "orders:import"
    required_permission = "orders.add_order"

    @import_orders
    def post(self, request: Request) -> Response:
        """201 when one order is created, 200 when it was there; an array is always 200, a status per row."""
        refuse_unknown_parameters(request, ("onConflict",))
        on_conflict = cast(OnConflict, choice(request, "onConflict", ("reject", "update"), default="reject"))
        payloads, is_batch = split_body(json_body(request))
        with timed("importOrders"):
            results = orders_import(payloads=payloads, on_conflict=on_conflict, now=utc_now())
        if is_batch:
            return ok([_row(result) for result in results], source="orders")
        return _single(results[0])


def _single(result: ImportResult) -> Response:
    if result.outcome is None:
        raise result.error or AssertionError("a result has an outcome or an error")
    code = status.HTTP_201_CREATED if result.outcome.created else status.HTTP_200_OK
    return ok(_outcome(result.outcome), source="orders", status=code)


def _outcome(outcome: ImportOutcome) -> dict[str, Any]:
    return {
        "orderID": outcome.order_id,
        "contactID": outcome.contact_id,
        "orderReference": outcome.order_reference,
        "created": outcome.created,
        "updated": outcome.updated,
        "contactCreated": outcome.contact_created,
    }


def _row(result: ImportResult) -> dict[str, Any]:
    if result.outcome is not None:
        code = status.HTTP_201_CREATED if result.outcome.created else status.HTTP_200_OK
        return {**_outcome(result.outcome), "status": code, "errors": []}
    sent = result.payload.get("orderReference") if isinstance(result.payload, dict) else None
    nothing = {
        "orderID": None,
        "contactID": None,
        "created": False,
        "updated": False,
        "contactCreated": False,
    }
    conflict = isinstance(result.error, OrderConflict)
    return {
        **nothing,
        "orderReference": sent if isinstance(sent, str) else None,
        "status": status.HTTP_409_CONFLICT if conflict else status.HTTP_400_BAD_REQUEST,
        "errors": _errors(result),
    }


def _errors(result: ImportResult) -> list[dict[str, str]]:
    if result.error is None:
        return []
    whole = [{"field": "order", "code": result.error.code, "message": result.error.message}]
    each = [{"field": one.field, "code": one.code, "message": one.message} for one in result.error.problems]
    return each or whole
