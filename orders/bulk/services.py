"""Starts, stops and works off bulk status changes. Safe to call at any time, from several workers, again and again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from orders.bulk.applying import apply_slice
from orders.bulk.collecting import collect_selected, collect_slice
from orders.bulk.history import log_ended
from orders.bulk.models import ACTIVE, BulkStatusChange
from orders.statuses import ORDER_STATUSES
from packprod.admin.queries import TableQuery
from packprod.errors import EngineUnavailable, InvalidInput

CLAIM = timedelta(seconds=30)
UNCONFIRMED_FOR = timedelta(days=1)
State = BulkStatusChange.State


def bulk_change_create(
    *, selection: str, user: User, query: TableQuery | None, order_ids: Sequence[str] = (), now: datetime
) -> BulkStatusChange:
    """A change of all that match `query`, or of the orders with these ids, that waits for its status to be confirmed.

    The first orders are collected at once; if there are more, it is still collecting. Raises EngineUnavailable.
    """
    change = BulkStatusChange.objects.create(
        selection=selection,
        query=query.as_json() if query else None,
        user=user,
        created_by=f"user {user.get_username()}",
        created_at=now,
        claimed_until=now + CLAIM,
    )
    try:
        collect_slice(change) if query else collect_selected(change, order_ids)
    except EngineUnavailable:
        change.delete()  # nobody has seen it yet
        raise
    _release(change)
    return change


def bulk_change_confirm(*, change_id: int, status: str, now: datetime) -> bool:
    """Queues a change that is ready; False for any other. Raises InvalidInput for an unknown status."""
    if status not in ORDER_STATUSES:
        raise InvalidInput(f"status must be one of {', '.join(ORDER_STATUSES)}.")
    ready = BulkStatusChange.objects.filter(pk=change_id, state=State.READY)
    return bool(ready.update(status=status, state=State.QUEUED, started_at=now))


def bulk_change_resume(*, change_id: int) -> bool:
    """Queues one that was stopped on its way; False for any other."""
    stopped = BulkStatusChange.objects.filter(pk=change_id, state=State.STOPPED, started_at__isnull=False)
    return bool(stopped.update(state=State.QUEUED, ended_at=None))


def bulk_change_stop(*, change_id: int, now: datetime) -> bool:
    """Stops after the slice being worked on; False when there is nothing to stop."""
    if not _stop(change_id, ACTIVE, now=now):
        return False
    change = BulkStatusChange.objects.get(pk=change_id)
    if not change.is_stopping(now=now):  # else the worker says it, once its slice is done
        log_ended(change, now=now)
    return True


def bulk_change_discard(*, change_id: int, now: datetime) -> bool:
    """Gives up one that nobody has confirmed yet; False for any other. It is forgotten like those."""
    return _stop(change_id, (State.READY,), now=now)


def _stop(change_id: int, states: Sequence[str], *, now: datetime) -> bool:
    active = BulkStatusChange.objects.filter(pk=change_id, state__in=states)
    return bool(active.update(state=State.STOPPED, ended_at=now, trouble=""))


def bulk_change_step(*, change_id: int, now: datetime) -> bool:
    """Works off one slice; True when there is more to do now. While another worker holds the change: nothing."""
    change = _claim(change_id, now=now)
    if change is None:
        return False
    trouble = ""
    try:
        collect_slice(change) if change.state == State.COLLECTING else apply_slice(change, now=now)
    except EngineUnavailable as exc:
        trouble = f"{exc.message} It goes on by itself."
    _release(change, trouble=trouble)
    if not change.is_active and not trouble:
        log_ended(change, now=now)
    return change.is_active and not trouble


def bulk_changes_waiting(*, now: datetime) -> list[int]:
    """The changes that no worker holds although there is work to do: a wake-up was lost, or a worker died."""
    return list(BulkStatusChange.objects.filter(state__in=ACTIVE).filter(_unclaimed(now)).values_list("pk", flat=True))


def bulk_changes_forget(*, now: datetime) -> int:
    """Deletes those that nobody confirmed for a day; how many."""
    old = BulkStatusChange.objects.filter(created_at__lt=now - UNCONFIRMED_FOR, started_at=None)
    return old.delete()[1].get("orders.BulkStatusChange", 0)


def _claim(change_id: int, *, now: datetime) -> BulkStatusChange | None:
    free = BulkStatusChange.objects.filter(pk=change_id, state__in=ACTIVE).filter(_unclaimed(now))
    return BulkStatusChange.objects.get(pk=change_id) if free.update(claimed_until=now + CLAIM) else None


def _unclaimed(now: datetime) -> Q:
    return Q(claimed_until=None) | Q(claimed_until__lt=now)


def _release(change: BulkStatusChange, *, trouble: str = "") -> None:
    BulkStatusChange.objects.filter(pk=change.pk).update(claimed_until=None, trouble=trouble)
    change.refresh_from_db()
