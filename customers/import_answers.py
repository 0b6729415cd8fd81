"""Imports what a body holds and puts the outcome into words: the same for HTTP and for a replay from the inbox."""

from datetime import datetime
from typing import Any

from rest_framework import status
from rest_framework.response import Response

from customers.importing.batch import ImportResult, orders_import
from customers.importing.service import ImportOutcome, OnConflict
from customers.importing.validation import split_body
from packprod.api.answers import ok
from packprod.errors import OrderConflict, PackProdError

HOW_TO_REPLACE = "Send it with ?onConflict=update to replace it."


def import_answer(*, body: object, on_conflict: OnConflict, updated_by: str, now: datetime) -> Response:
    """201 when one order is created, 200 when it was there; an array is always 200, a status per row.

    Raises InvalidInput, OrderConflict, EngineUnavailable.
    """
    payloads, is_batch = split_body(body)
    results = orders_import(payloads=payloads, on_conflict=on_conflict, updated_by=updated_by, now=now)
    if is_batch:
        return ok([_row(result) for result in results], source="orders")
    return _single(results[0])


def _single(result: ImportResult) -> Response:
    if result.outcome is None:
        raise _for_sender(result.error)
    code = status.HTTP_201_CREATED if result.outcome.created else status.HTTP_200_OK
    return ok(_outcome(result.outcome), source="orders", status=code)


def _for_sender(error: PackProdError | None) -> Exception:
    """The error, and what a sender can do about a conflict."""
    if isinstance(error, OrderConflict):
        return OrderConflict(f"{error.message} {HOW_TO_REPLACE}", problems=error.problems)
    return error or AssertionError("a result has an outcome or an error")


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
