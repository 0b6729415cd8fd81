"""Imports a received body once more, as it came or as staff edited it: the same service as over HTTP, as idempotent."""

from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import F

from customers.import_answers import import_answer
from customers.importing.service import OnConflict
from customers.inbox.models import ReceivedImport
from customers.inbox.outcomes import outcome_fields
from packprod.api.errors import handle_exception
from packprod.api.json import parse_json, to_plain
from packprod.errors import InvalidInput, NotFound, PackProdError

MAX_EDITED_BYTES = 5 * 1024 * 1024


def inbox_replay(*, import_id: int, updated_by: str, now: datetime) -> ReceivedImport:
    """Imports the body again and keeps the outcome, whatever it is. Raises NotFound."""
    row = _find(import_id)
    body = row.body_to_replay
    status, data = _answer(body, row, updated_by=updated_by, now=now)
    fields = outcome_fields(status=status, data=data, body=body)
    replayed = {"replays": F("replays") + 1, "replayed_at": now, "replayed_by": updated_by[:200]}
    ReceivedImport.objects.filter(pk=row.pk).update(**fields, **replayed)
    row.refresh_from_db()
    return row


def inbox_edit(*, import_id: int, text: str, updated_by: str, now: datetime) -> None:
    """Keeps an edited body beside the original. Raises NotFound, InvalidInput for over 5 MiB or no JSON."""
    body = text.encode("utf-8", "surrogatepass")
    if len(body) > MAX_EDITED_BYTES:
        raise InvalidInput("The body is larger than 5 MiB.")
    parse_json(body)  # what no replay could read is not kept
    edited = {"edited_body": body, "edited_at": now, "edited_by": updated_by[:200]}
    with transaction.atomic():
        if not ReceivedImport.objects.filter(pk=import_id).update(**edited):
            raise NotFound("This import is no longer in the inbox.")


def _find(import_id: int) -> ReceivedImport:
    row = ReceivedImport.objects.filter(pk=import_id).first()
    if row is None:
        raise NotFound("This import is no longer in the inbox.")
    return row


def _answer(body: bytes, row: ReceivedImport, *, updated_by: str, now: datetime) -> tuple[int, dict[str, Any]]:
    """What HTTP would answer: status and body."""
    on_conflict: OnConflict = "update" if row.on_conflict == "update" else "reject"
    try:
        answer = import_answer(body=parse_json(body), on_conflict=on_conflict, updated_by=updated_by, now=now)
    except PackProdError as exc:
        answer = handle_exception(exc)
    return answer.status_code, cast(dict[str, Any], to_plain(answer.data))
