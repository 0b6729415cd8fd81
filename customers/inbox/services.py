"""Keeps what the import received, replays and edits it, and deletes it after a while.

A received body that cannot be kept is logged, and its sender gets the answer all the same: its orders matter more.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Field

from customers.importing.batch import ImportedBody, ImportResult, Refusal, body_import
from customers.importing.drafts import split_body
from customers.importing.parsing import printable
from customers.importing.services import OnConflict
from customers.inbox.models import ReceivedImport
from customers.inbox.reference_keys import reference_keys, storable
from packprod.errors import FieldProblem, InvalidInput, NotFound, PackProdError
from packprod.exact_json import parse_json

log = structlog.get_logger(__name__)

MOST_REFERENCES = 20
ROWS_PER_DELETE = 500
_THROTTLED = 429
State = ReceivedImport.State


def import_keep(
    *,
    body: bytes,
    sender: str,
    on_conflict: str,
    outcome: ImportedBody | Refusal,
    request_id: str,
    now: datetime,
) -> None:
    """Keeps a body and what became of it: one insert, or an update if it came before. Logs a failing database."""
    fingerprint = _fingerprint(body, sender, on_conflict, now)
    try:
        fields = _outcome_fields(outcome, body)
        row = ReceivedImport(
            fingerprint=fingerprint,
            received_at=now,
            last_received_at=now,
            sender=sender[:200],
            on_conflict=on_conflict[:20],
            body=body,
            request_id=request_id,
            **fields,
        )
        if not _inserted(row):
            _count(fingerprint, fields, request_id=request_id, now=now)
    except DatabaseError:
        log.exception("A received import could not be kept in the inbox", status=outcome.status)


def _fingerprint(body: bytes, sender: str, on_conflict: str, now: datetime) -> str:
    """The same for the same body from the same sender on one day (UTC): n8n resends all items within seconds."""
    context = f"{sender}\n{on_conflict}\n{now.astimezone(UTC).date()}\n"
    return hashlib.sha256(context.encode("utf-8", "backslashreplace") + body).hexdigest()


def _inserted(row: ReceivedImport) -> bool:
    """Stores the row, unless its fingerprint is stored; returns whether it did.

    One statement, which commits itself. `save` costs three times as much, and a transaction for the case that it fails.
    """
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in _inserted_fields()]
    with connection.cursor() as cursor:
        cursor.execute(_insert_statement(), values)
        return bool(cursor.rowcount)


@cache
def _inserted_fields() -> "tuple[Field[Any, Any], ...]":  # Django's own Field takes no parameters
    return tuple(field for field in ReceivedImport._meta.concrete_fields if not field.primary_key)


@cache
def _insert_statement() -> str:
    """The same text for SQLite and PostgreSQL."""
    quoted, fields = connection.ops.quote_name, _inserted_fields()
    table, fingerprint = quoted(ReceivedImport._meta.db_table), quoted("fingerprint")
    columns, values = ", ".join(quoted(str(field.column)) for field in fields), ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT ({fingerprint}) DO NOTHING"  # noqa: S608 - our own names


def _count(fingerprint: str, fields: Mapping[str, Any], *, request_id: str, now: datetime) -> None:
    """Counts a body that came again. Its latest outcome is kept, but a body that was accepted once stays accepted."""
    again = {"attempts": F("attempts") + 1, "last_received_at": now}
    row = ReceivedImport.objects.filter(fingerprint=fingerprint)
    if not row.exclude(state=State.ACCEPTED).update(**again, **fields, request_id=request_id):
        row.update(**again)


def inbox_replay(*, import_id: int, updated_by: str, now: datetime) -> ReceivedImport:
    """Imports the body again, as it came or as staff edited it, and keeps the outcome. Raises NotFound."""
    row = _find(import_id)
    body = row.body_to_replay
    outcome = _import_again(body, row, updated_by=updated_by, now=now)
    replayed = {"replays": F("replays") + 1, "replayed_at": now, "replayed_by": updated_by[:200]}
    ReceivedImport.objects.filter(pk=row.pk).update(**_outcome_fields(outcome, body), **replayed)
    row.refresh_from_db()
    return row


def _find(import_id: int) -> ReceivedImport:
    row = ReceivedImport.objects.filter(pk=import_id).first()
    if row is None:
        raise NotFound("This import is no longer in the inbox.")
    return row


def _import_again(body: bytes, row: ReceivedImport, *, updated_by: str, now: datetime) -> ImportedBody | Refusal:
    on_conflict: OnConflict = "update" if row.on_conflict == "update" else "reject"
    try:
        return body_import(body=parse_json(body), on_conflict=on_conflict, updated_by=updated_by, now=now)
    except PackProdError as exc:
        if exc.status >= 500:
            log.error("A received import could not be replayed", status=exc.status, exc_info=exc)
        return Refusal.of(exc)


def inbox_edit(*, import_id: int, text: str, updated_by: str, now: datetime) -> None:
    """Keeps an edited body beside the original. Raises NotFound; InvalidInput if it is too large or not JSON."""
    body = text.encode("utf-8", "surrogatepass")
    limit = settings.PACKPROD_MAX_BODY_BYTES
    if len(body) > limit:
        raise InvalidInput(f"The body is larger than {limit // 2**20} MiB.")
    parse_json(body)  # a replay could not read anything else
    edited = {"edited_body": body, "edited_at": now, "edited_by": updated_by[:200]}
    with transaction.atomic():
        if not ReceivedImport.objects.filter(pk=import_id).update(**edited):
            raise NotFound("This import is no longer in the inbox.")


def inbox_clean(*, now: datetime) -> int:
    """Deletes imports older than PACKPROD_INBOX_DAYS, since they hold customers' data; returns how many.

    In portions, so that no import waits long for the database.
    """
    old = ReceivedImport.objects.filter(last_received_at__lt=now - timedelta(days=settings.PACKPROD_INBOX_DAYS))
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:ROWS_PER_DELETE]):
        count += ReceivedImport.objects.filter(pk__in=ids).delete()[0]
    return count


def _outcome_fields(outcome: ImportedBody | Refusal, body: bytes) -> dict[str, Any]:
    """The fields of a ReceivedImport that say what became of its body: state, reason, and a result per order."""
    if isinstance(outcome, Refusal):
        results = _refused_results(outcome, body)
    else:
        results = [_result(one) for one in outcome.results]
    refused = [one for one in results if one["errors"]]
    references = [str(one["orderReference"]) for one in results if one["orderReference"]]
    return {
        "state": _state(outcome, refused),
        "status_code": outcome.status,
        "reason": storable(_reason(outcome, results, refused)),
        "references": " ".join(map(printable, references[:MOST_REFERENCES])),
        "reference_keys": reference_keys(references),
        "orders": len(results),
        "refused": len(refused),
        "results_json": json.dumps(results, default=str),  # ASCII, so that any database can keep it
    }


def _result(result: ImportResult) -> dict[str, Any]:
    done = result.outcome
    return {
        "orderID": done.order_id if done else None,
        "contactID": done.contact_id if done else None,
        "orderReference": result.order_reference,
        "created": done is not None and done.created,
        "updated": done is not None and done.updated,
        "contactCreated": done is not None and done.contact_created,
        "stale": done is not None and done.stale,
        "kept": list(done.kept) if done else [],
        "status": result.status,
        "errors": _errors(result.problems),
    }


def _refused_results(refusal: Refusal, body: bytes) -> list[dict[str, Any]]:
    """One result for each order in the body, all with the same errors."""
    errors = _errors(refusal.problems or [FieldProblem("body", refusal.code, refusal.message)])
    return [
        {"orderReference": reference, "orderID": None, "status": refusal.status, "errors": errors}
        for reference in _sent_references(body)
    ]


def _errors(problems: Sequence[FieldProblem]) -> list[dict[str, str]]:
    return [asdict(one) for one in problems]


def _sent_references(body: bytes) -> list[str | None]:
    """The reference of each order in the body; one None for a body that holds no orders."""
    try:
        payloads, _ = split_body(parse_json(body))
    except InvalidInput:
        return [None]
    sent = [payload.get("orderReference") if isinstance(payload, dict) else None for payload in payloads]
    return [str(reference) if isinstance(reference, str | int) else None for reference in sent]


def _state(outcome: ImportedBody | Refusal, refused: Sequence[Any]) -> str:
    if outcome.status >= 500 or outcome.status == _THROTTLED:
        return State.WAITING
    return State.REFUSED if refused else State.ACCEPTED


def _reason(outcome: ImportedBody | Refusal, results: Sequence[Any], refused: Sequence[Any]) -> str:
    if isinstance(outcome, Refusal):
        return outcome.sentence
    if not refused:
        return ""
    return f"{len(refused)} of {len(results)} refused. The first: {refused[0]['errors'][0]['message']}"
