"""A list of orders in the sort asked for: by date from `order_list`, by total from a list of its own; or, where the
filter names a short list, from that list, sorted here: a customer's few orders lie far apart among all totals.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from orders.drivers import FEW, by_total
from orders.lists import Position
from orders.order import Order
from orders.order_filter import OrderFilter
from orders.read_models import ORDERS_BY_TOTAL, total_row_id
from orders.selectors import narrow_driver, order_list
from orders.stretches import Stretch, Walk
from packprod.errors import InvalidCursor
from packprod.readmodels.movers import Reading, passed_by
from packprod.readmodels.pages import Page, take_page
from packprod.readmodels.projection import derivation_id
from packprod.readmodels.rebuild.definitions import require_built

BY_DATE: Final = "createdAt"
BY_TOTAL: Final = "total"
SORTS = (BY_DATE, BY_TOTAL)
_CHUNK = 100  # a short list may be that of many customers, each read in chunks of its own
_WHOLE, _SHORT = "whole", "short"  # in a cursor: what the list by total is read from


@dataclass(frozen=True, slots=True)
class OrderListing:
    """Which list: `sort` one of SORTS; orders of one total are sorted by date."""

    wanted: OrderFilter = field(default_factory=OrderFilter)
    sort: str = BY_DATE
    descending: bool = True


def listed_orders(listing: OrderListing, *, limit: int, position: Position | None = None, now: datetime) -> Page[Order]:
    """A page of the orders that pass the filter. Raises InvalidCursor, ListBeingBuilt, EngineUnavailable."""
    if listing.wanted.holds_nothing:
        return Page([], next_position=None, total=0)
    if listing.sort == BY_DATE:
        return order_list(listing.wanted, limit=limit, position=position, descending=listing.descending)
    source, *rest = position or [""]
    if source not in ("", _WHOLE, _SHORT):
        raise InvalidCursor("The cursor is not one of ours.")
    reading = Reading.at(rest or None, now=now)
    few = None if source == _WHOLE else _short_list(listing.wanted, most=None if source else FEW)
    page = reading.continued(_page(listing, few, reading, limit=limit))
    position = [_WHOLE if few is None else _SHORT, *page.next_position] if page.next_position else None
    return replace(page, next_position=position)


def _short_list(wanted: OrderFilter, *, most: int | None) -> list[Order] | None:
    """The orders of the narrow list that the filter names, whether they pass the rest of it or not; None where it names
    none, or one with more than `most`."""
    driver = narrow_driver(wanted)
    if driver is None:
        return None
    found = list(islice(driver(Stretch(wanted, [], chunk=_CHUNK)), most and most + 1))
    return None if most and len(found) > most else [order for _, order in found if order]


def _page(listing: OrderListing, few: list[Order] | None, reading: Reading, *, limit: int) -> Page[Order]:
    after = [] if reading.after is None else [reading.after]
    stretch = Stretch(listing.wanted, after, chunk=limit, descending=listing.descending)
    if few is None:
        require_built(ORDERS_BY_TOTAL)
        walk = by_total(stretch)
    else:
        walk = _sorted_here(few, stretch)
    page = take_page(((at[0], order) for at, order in walk), keep=listing.wanted.keeps, limit=limit, first=not after)
    return replace(page, items=_met_once(page.items, listing, reading))


def _sorted_here(few: list[Order], stretch: Stretch) -> Walk:
    keys = {total_row_id(order): order for order in few}
    for key in sorted(keys, reverse=stretch.descending):
        if stretch.is_behind([key]):
            yield [key], keys[key]


def _met_once(orders: list[Order], listing: OrderListing, reading: Reading) -> list[Order]:
    """Without those that an earlier page may have shown before their totals changed. Other writers do not say when
    they wrote, so that costs a batched read of all their states."""
    if reading.after is None or not orders:
        return orders
    state_ids = [derivation_id(order.order_id) for order in orders]
    passed = passed_by(reading, state_ids, sort=ORDERS_BY_TOTAL.name, descending=listing.descending)
    return [order for order in orders if derivation_id(order.order_id) not in passed]
