"""Writes down which orders a bulk change is about, each as it is now: the number that is confirmed is the true one."""

from collections.abc import Iterable, Sequence

from orders.admin.order_source import OrderSource
from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.order import Order
from orders.selectors import order_items, order_or_parked
from packprod.admin.queries import TableQuery
from packprod.errors import InvalidCursor
from packprod.readmodels.lists.walk import Position

PAGES_PER_SLICE = 5
ORDERS_PER_PAGE = 200
State, Outcome = BulkStatusChange.State, BulkStatusItem.Outcome


def collect_selected(change: BulkStatusChange, order_ids: Sequence[str]) -> None:
    """The orders with these ids, the parked and the vanished ones too. Raises EngineUnavailable."""
    rows = {row.order_id: row for row in map(order_or_parked, order_items(order_ids))}
    known = [row for row in rows.values() if isinstance(row, Order)]
    _write_down(change, known)
    parked = [(row.order_id, Outcome.PARKED, row.reason) for row in rows.values() if not isinstance(row, Order)]
    gone = [(one, Outcome.GONE, "There is no such order.") for one in order_ids if one not in rows]
    lost = [
        BulkStatusItem(change=change, order_id=order_id, outcome=outcome, reason=reason)
        for order_id, outcome, reason in [*parked, *gone]
    ]
    BulkStatusItem.objects.bulk_create(lost, ignore_conflicts=True)
    _is_collected(change)


def collect_slice(change: BulkStatusChange) -> None:
    """The next pages of the orders that match; after the last one, the change is ready. Raises EngineUnavailable.

    A slice that is done twice writes nothing twice. A range such as "today" is that of the change's first moment.
    """
    query = TableQuery(**(change.query or {}))
    for _ in range(PAGES_PER_SLICE):
        page = OrderSource().page(query, limit=ORDERS_PER_PAGE, position=_position(change), now=change.created_at)
        _write_down(change, [face.order for face in page.items if face.order])
        change.position = page.next_position.as_json() if page.next_position else None
        BulkStatusChange.objects.filter(pk=change.pk).update(position=change.position)
        if page.next_position is None:
            _is_collected(change)
            return


def _position(change: BulkStatusChange) -> Position | None:
    """How far it is; from the start where an earlier release wrote that down in its own way, as nothing is written
    twice."""
    try:
        return Position.from_json(change.position) if change.position else None
    except InvalidCursor:
        return None


def _write_down(change: BulkStatusChange, orders: Iterable[Order]) -> None:
    items = [
        BulkStatusItem(
            change=change,
            order_id=order.order_id,
            order_reference=order.order_reference,
            from_status=order.status,
            expected_updated_at=order.updated_at,
        )
        for order in orders
    ]
    BulkStatusItem.objects.bulk_create(items, ignore_conflicts=True)


def _is_collected(change: BulkStatusChange) -> None:
    BulkStatusChange.objects.filter(pk=change.pk, state=State.COLLECTING).update(state=State.READY)
    change.refresh_from_db()
