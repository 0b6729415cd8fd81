"""Deletes received imports after PACKPROD_INBOX_DAYS: they hold customers' data."""

from datetime import datetime, timedelta

from django.conf import settings

from customers.inbox.models import ReceivedImport

ROWS_PER_DELETE = 500


def inbox_clean(*, now: datetime) -> int:
    """How many were deleted. In portions, so that no import waits long for the database."""
    old = ReceivedImport.objects.filter(last_received_at__lt=now - timedelta(days=settings.PACKPROD_INBOX_DAYS))
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:ROWS_PER_DELETE]):
        count += ReceivedImport.objects.filter(pk__in=ids).delete()[0]
    return count
