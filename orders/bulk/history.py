"""Django's history: who changed which order in the admin, in bulk too."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType

from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.models import Order


def log_changed(change: BulkStatusChange, items: Sequence[BulkStatusItem], *, now: datetime) -> None:
    """One entry for each order; none once the person's account is gone, as Django's history hangs on it."""
    if change.user_id is None:
        return
    content_type = ContentType.objects.get_for_model(Order)
    LogEntry.objects.bulk_create(
        LogEntry(
            user_id=change.user_id,
            content_type=content_type,
            object_id=item.order_id,
            object_repr=str(item)[:200],
            action_flag=CHANGE,
            action_time=now,
            change_message=f"Status changed from {item.from_status} to {change.status} (bulk change {change.pk}).",
        )
        for item in items
    )


def log_ended(change: BulkStatusChange, *, now: datetime) -> None:
    """How far it came, in the history of the change itself: stopped, or finished. Nothing for one never confirmed."""
    if change.user_id is None or change.started_at is None:
        return
    entries = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(BulkStatusChange), object_id=str(change.pk)
    )
    newest = entries.order_by("-pk").first()
    said = _result(change)
    if newest is None or newest.change_message != said:  # a stop and the end of its last slice may come together
        LogEntry.objects.create(
            user_id=change.user_id,
            content_type=ContentType.objects.get_for_model(BulkStatusChange),
            object_id=str(change.pk),
            object_repr=str(change)[:200],
            action_flag=CHANGE,
            action_time=now,
            change_message=said,
        )


def _result(change: BulkStatusChange) -> str:
    """Set 200 of 1,087 orders to cancelled, stopped."""
    done = change.items.filter(outcome=BulkStatusItem.Outcome.DONE).count()
    return f"Set {done:,} of {change.items.count():,} orders to {change.status}, {change.state}."
