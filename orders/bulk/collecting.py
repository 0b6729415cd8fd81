"""Writes down which orders a bulk change is about, each as it is now, so that staff confirm their true number."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_type_hints

import msgspec

from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.lists.filter import OrderFilter, group_members, searched
from orders.lists.listing import OrderListing, listed_orders
from orders.order import Order
from orders.selectors import order_items, order_or_parked
from packprod.errors import InvalidCursor
from packprod.jobs.services import job_move
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

PAGES_PER_SLICE = 5
ORDERS_PER_PAGE = 200
State, Outcome = BulkStatusChange.State, BulkStatusItem.Outcome
_FIELD_TYPES = get_type_hints(OrderFilter)


def listing_as_json(listing: OrderListing) -> dict[str, Any]:
    """A list of orders as it is stored: every field of the filter that is set, and the sort.

    Who is in the segment, and which customers a search names, is left out: both are looked up for each slice.
    """
    filter = listing.filter
    stored = msgspec.to_builtins(replace(filter, segment_members=frozenset(), search=None))
    stored |= {"segment_members": None, "search": filter.search and filter.search.query.text}
    kept = {name: value for name, value in stored.items() if value not in (None, "")}
    return {"filter": kept, "sort": listing.sort, "descending": listing.descending}


def listing_from_json(stored: Any, *, now: datetime) -> OrderListing:
    """The list that was stored. Raises EngineUnavailable."""
    values = dict(stored["filter"])
    search = values.pop("search", "") or values.pop("text", "")  # "text": as an earlier version stored it
    fields = {name: msgspec.convert(value, _FIELD_TYPES[name]) for name, value in values.items()}
    filter = OrderFilter(**fields, segment_members=group_members(values.get("segment", ""), now=now))
    return OrderListing(searched(filter, search), sort=stored["sort"], descending=stored["descending"])


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
    _finish(change)


def collect_slice(change: BulkStatusChange) -> None:
    """The next pages of the orders that match; after the last one, the change is ready. Raises EngineUnavailable.

    A slice that is done twice writes nothing twice. Who is in a segment is judged at the change's first moment.
    """
    listing = listing_from_json(change.query, now=change.created_at)
    for _ in range(PAGES_PER_SLICE):
        page = _page(listing, change)
        _write_down(change, page.items)
        change.position = page.next_position.as_json() if page.next_position else None
        BulkStatusChange.objects.filter(pk=change.pk).update(position=change.position)
        if page.next_position is None:
            _finish(change)
            return


def _page(listing: OrderListing, change: BulkStatusChange) -> Page[Order]:
    """The page behind the stored position; from the beginning where an earlier version stored one of another kind."""
    try:
        position = Position.from_json(change.position) if change.position else None
        return listed_orders(listing, limit=ORDERS_PER_PAGE, position=position, now=change.created_at)
    except InvalidCursor:
        return listed_orders(listing, limit=ORDERS_PER_PAGE, now=change.created_at)


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


def _finish(change: BulkStatusChange) -> None:
    job_move(BulkStatusChange, job_id=change.pk, current=(State.COLLECTING,), state=State.READY)
    change.refresh_from_db()
