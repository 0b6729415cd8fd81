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
