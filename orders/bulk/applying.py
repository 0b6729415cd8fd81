"""Does a slice of a bulk change: each order on its own, on condition that it is as it was when it was collected."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from orders.bulk.history import log_changed
from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.rows import readable
from orders.selectors import order_items
from orders.services import write_status, write_statuses
from packprod.dynamodb.errors import TransactionCancelled
from packprod.dynamodb.reads import Item
from packprod.dynamodb.writes import settle
from packprod.errors import EditConflict, EngineUnavailable, InvalidInput, NotFound, PackProdError

ORDERS_PER_SLICE = 50
THREADS = 4
_REASONS: tuple[tuple[type[PackProdError], BulkStatusItem.Outcome], ...] = (
    (NotFound, BulkStatusItem.Outcome.GONE),
    (EditConflict, BulkStatusItem.Outcome.CONFLICT),
    (InvalidInput, BulkStatusItem.Outcome.PARKED),
    (PackProdError, BulkStatusItem.Outcome.FAILED),
)


class Result(NamedTuple):
    """What became of an order, and the sentence that says why not."""

    outcome: BulkStatusItem.Outcome
    reason: str = ""


def apply_slice(change: BulkStatusChange, *, now: datetime) -> None:
    """Changes the next orders; after the last one, the change is finished.

    Raises EngineUnavailable; what was done by then is written down, the rest stays pending.
    """
    _move(change, BulkStatusChange.State.QUEUED, state=BulkStatusChange.State.RUNNING)
    pending = list(change.items.filter(outcome=BulkStatusItem.Outcome.PENDING).order_by("pk")[:ORDERS_PER_SLICE])
    together = _write_together(change, pending, now=now)
    with ThreadPoolExecutor(THREADS) as pool:  # the engine only; SQL connections stay in this thread
        results = list(pool.map(lambda item: together.get(item.order_id) or _attempt(change, item, now=now), pending))
    settle()
    _write_down(change, pending, results, now=now)
    if None in results:
        raise EngineUnavailable("The database engine cannot be reached or is overloaded.")
    if not change.items.filter(outcome=BulkStatusItem.Outcome.PENDING).exists():
        _move(change, BulkStatusChange.State.RUNNING, state=BulkStatusChange.State.FINISHED, ended_at=now)


def _move(change: BulkStatusChange, current: BulkStatusChange.State, **fields: Any) -> None:
    """To another state, unless somebody has stopped it meanwhile."""
    BulkStatusChange.objects.filter(pk=change.pk, state=current).update(**fields)


def _write_together(change: BulkStatusChange, items: Sequence[BulkStatusItem], *, now: datetime) -> dict[str, Result]:
    """Those with nothing in the way, by orderID, in one transaction: a tenth of the time of one for each.

    None of them if somebody was faster with any: then each is tried on its own.
    """
    rows = {row["orderID"]: row for row in order_items([item.order_id for item in items])}
    free = [row for item in items if (row := rows.get(item.order_id)) and _is_free(change, item, row)]
    if not free:  # the engine takes no empty transaction
        return {}
    try:
        write_statuses(free, change.status, updated_by=change.updated_by, now=now)
    except TransactionCancelled:
        return {}
    return {row["orderID"]: Result(BulkStatusItem.Outcome.DONE) for row in free}


def _is_free(change: BulkStatusChange, item: BulkStatusItem, row: Item) -> bool:
    order = readable(row)
    return order is not None and order.status != change.status and order.updated_at == item.expected_updated_at


def _attempt(change: BulkStatusChange, item: BulkStatusItem, *, now: datetime) -> Result | None:
    """None where the engine does not answer: unknown, so it is tried again."""
    try:
        row, wrote = write_status(
            item.order_id,
            change.status,
            updated_by=change.updated_by,
            expected_updated_at=item.expected_updated_at,
            now=now,
        )
    except EngineUnavailable:
        return None
    except PackProdError as exc:
        return Result(next(outcome for kind, outcome in _REASONS if isinstance(exc, kind)), exc.message)
    # A worker that died after writing and before saying so: its stamp tells.
    done = wrote or row.get("updatedBy") == change.updated_by
    return Result(BulkStatusItem.Outcome.DONE if done else BulkStatusItem.Outcome.UNCHANGED)


def _write_down(
    change: BulkStatusChange, items: Sequence[BulkStatusItem], results: Sequence[Result | None], *, now: datetime
) -> None:
    """Once for each order, whoever else worked on the same slice."""
    known = {item.pk: result for item, result in zip(items, results, strict=True) if result}
    with transaction.atomic():
        waiting = change.items.select_for_update().filter(pk__in=known, outcome=BulkStatusItem.Outcome.PENDING)
        mine = list(waiting)
        for item in mine:
            item.outcome, item.reason = known[item.pk]
        BulkStatusItem.objects.bulk_update(mine, ["outcome", "reason"])
        log_changed(change, [item for item in mine if item.outcome == BulkStatusItem.Outcome.DONE], now=now)
