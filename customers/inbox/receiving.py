"""Keeps what the import received. One insert a request, after the answer is known; a resend is an update instead.

A body that cannot be kept is logged and the answer goes out all the same: the orders in it matter more.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from customers.inbox.models import ReceivedImport
from customers.inbox.outcomes import outcome_fields

log = structlog.get_logger(__name__)


def import_keep(
    *, body: bytes, sender: str, on_conflict: str, status: int, data: Mapping[str, Any], request_id: str, now: datetime
) -> None:
    """Keeps a body with its answer (`status`, `data`). Never raises for a database that cannot take it."""
    fingerprint = _fingerprint(body, sender, on_conflict, now)
    try:
        fields = outcome_fields(status=status, data=data, body=body)
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
        log.exception("A received import could not be kept in the inbox", status=status)


def _fingerprint(body: bytes, sender: str, on_conflict: str, now: datetime) -> str:
    """The same for the same body from the same sender on one day (UTC): n8n sends all items again within seconds."""
    context = f"{sender}\n{on_conflict}\n{now.astimezone(UTC).date()}\n"
    return hashlib.sha256(context.encode("utf-8", "backslashreplace") + body).hexdigest()


def _inserted(row: ReceivedImport) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _count(fingerprint: str, fields: Mapping[str, Any], *, request_id: str, now: datetime) -> None:
    """The latest answer counts, unless the body was accepted before: it stays accepted."""
    again = {"attempts": F("attempts") + 1, "last_received_at": now}
    row = ReceivedImport.objects.filter(fingerprint=fingerprint)
    if not row.exclude(state=ReceivedImport.State.ACCEPTED).update(**again, **fields, request_id=request_id):
        row.update(**again)
