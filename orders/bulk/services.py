"""Starts, stops and works off bulk status changes. Safe to call at any time, from several workers, again and again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType

from orders.bulk.applying import apply_slice
from orders.bulk.collecting import collect_selected, collect_slice, listing_as_json
from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.lists.listing import OrderListing
from orders.statuses import ORDER_STATUSES
from packprod.errors import EngineUnavailable, InvalidInput
from packprod.jobs.services import CLAIM, job_claim, job_move, job_release, jobs_waiting

UNCONFIRMED_FOR = timedelta(days=1)
State = BulkStatusChange.State


def bulk_change_create(
    *, selection: str, user: User, listing: OrderListing | None, order_ids: Sequence[str] = (), now: datetime
) -> BulkStatusChange:
    """A change of all orders in a list, or of those with these ids, that waits for its status to be confirmed.

    The first orders are collected at once; if there are more, it is still collecting. Raises EngineUnavailable.
    """
    change = BulkStatusChange.objects.create(
        selection=selection,
        query=listing_as_json(listing) if listing else None,
        user=user,
        created_by=f"user {user.get_username()}",
        created_at=now,
        claimed_until=now + CLAIM,
    )
    try:
        collect_slice(change) if listing else collect_selected(change, order_ids)
    except EngineUnavailable:
        change.delete()  # nobody has seen it yet
        raise
    job_release(change)
    return change


def bulk_change_confirm(*, change_id: int, status: str, now: datetime) -> bool:
    """Queues a change that is ready; False for any other. Raises InvalidInput for an unknown status."""
    if status not in ORDER_STATUSES:
        raise InvalidInput(f"status must be one of {', '.join(ORDER_STATUSES)}.")
    queued = {"status": status, "state": State.QUEUED, "started_at": now}
    return job_move(BulkStatusChange, job_id=change_id, current=(State.READY,), **queued)


def bulk_change_resume(*, change_id: int) -> bool:
    """Queues a change that was stopped after it had been confirmed; False for any other."""
    stopped = BulkStatusChange.objects.filter(pk=change_id, state=State.STOPPED, started_at__isnull=False)
    return bool(stopped.update(state=State.QUEUED, ended_at=None))


def bulk_change_stop(*, change_id: int, now: datetime) -> bool:
    """Stops after the slice being worked on; False when there is nothing to stop."""
    if not _stop(change_id, BulkStatusChange.ACTIVE, now=now):
        return False
    change = BulkStatusChange.objects.get(pk=change_id)
    if not change.is_stopping(now=now):  # else the worker says it, once its slice is done
        _log_ended(change, now=now)
    return True


def bulk_change_discard(*, change_id: int, now: datetime) -> bool:
    """Gives up a change that is not confirmed; False for any other. `bulk_changes_forget` deletes it later."""
    return _stop(change_id, (State.READY,), now=now)


def _stop(change_id: int, current: Sequence[str], *, now: datetime) -> bool:
    stopped = {"state": State.STOPPED, "ended_at": now, "trouble": ""}
    return job_move(BulkStatusChange, job_id=change_id, current=current, **stopped)


def bulk_change_step(*, change_id: int, now: datetime) -> bool:
    """Works off one slice, unless another worker holds the change; True when there is more to do now."""
    change = job_claim(BulkStatusChange, job_id=change_id, now=now)
    if change is None:
        return False
    trouble = ""
    try:
        collect_slice(change) if change.state == State.COLLECTING else apply_slice(change, now=now)
    except EngineUnavailable as exc:
        trouble = f"{exc.message} It goes on by itself."
    job_release(change, trouble=trouble)
    if not change.is_active and not trouble:
        _log_ended(change, now=now)
    return change.is_active and not trouble


def bulk_changes_waiting(*, now: datetime) -> list[int]:
    """The changes that no worker holds although there is work to do: a wake-up was lost, or a worker died."""
    return list(jobs_waiting(BulkStatusChange, now=now).values_list("pk", flat=True))


def bulk_changes_forget(*, now: datetime) -> int:
    """Deletes those that nobody confirmed for a day; how many."""
    old = BulkStatusChange.objects.filter(created_at__lt=now - UNCONFIRMED_FOR, started_at=None)
    return old.delete()[1].get("orders.BulkStatusChange", 0)


def _log_ended(change: BulkStatusChange, *, now: datetime) -> None:
    """Writes how far a confirmed change came into its own history, when it has stopped or finished."""
    if change.user_id is None or change.started_at is None:
        return
    about = {"content_type": ContentType.objects.get_for_model(BulkStatusChange), "object_id": str(change.pk)}
    newest = LogEntry.objects.filter(**about).order_by("-pk").first()
    result = _result(change)
    if newest is not None and newest.change_message == result:
        return  # a stop and the end of its last slice may come together
    LogEntry.objects.create(
        user_id=change.user_id,
        object_repr=str(change)[:200],
        action_flag=CHANGE,
        action_time=now,
        change_message=result,
        **about,
    )


def _result(change: BulkStatusChange) -> str:
    """Set 200 of 1,087 orders to cancelled, stopped."""
    done = change.items.filter(outcome=BulkStatusItem.Outcome.DONE).count()
    return f"Set {done:,} of {change.items.count():,} orders to {change.status}, {change.state}."
