"""Reads the import inbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from customers.inbox.models import ReceivedImport

RECENTLY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class InboxState:
    """How many imports wait, since when the oldest does, and how many were refused lately."""

    waiting: int
    oldest_waiting: datetime | None
    refused: int


def inbox_state(*, now: datetime) -> InboxState:
    """Three queries over an index."""
    waiting = ReceivedImport.objects.filter(state=ReceivedImport.State.WAITING)
    refused = ReceivedImport.objects.filter(state=ReceivedImport.State.REFUSED, last_received_at__gte=now - RECENTLY)
    oldest = waiting.aggregate(oldest=Min("received_at"))["oldest"]
    return InboxState(waiting.count(), oldest, refused.count())
