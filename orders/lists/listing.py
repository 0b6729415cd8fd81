"""Lists of orders by date or by total: from which list of rows a page is read, and the page itself.

Every list is read from the narrowest source that its filter names; the other filters are checked while walking. Which
source that is goes into the cursor, so a page goes on exactly behind the last order that was looked at, whatever was
written meanwhile. Positions in all sources by date are the same text: instant and id.

By total there is one list of all orders. Where the filter names a short list, that is read and sorted here: the few
orders of a customer lie far apart among all totals.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby, islice
from typing import Final

from django.conf import settings

from orders.contact_aliases import effective_contact, stored_contacts
from orders.keys import BEHIND_SEPARATOR, KEY_LENGTH, has_plain_time, newest_first_key_of_row, time_key, total_key
from orders.listed import (
    ORDERS_LISTED,
    FoundOrder,
    contact_partition,
    found_by_reference,
    found_in_row,
    found_listed,
    named_orders,
    orders_by_id,
    status_partition,
    total_partition,
    total_row_id,
)
from orders.lists.counting import order_counts
from orders.lists.filter import FEW, FEW_CONTACTS, OrderFilter
from orders.lists.read_model import ODD_KEY, ORDERS_BY_ODD_TIME, ORDERS_BY_ODDITY
from orders.oddities import FUTURE
from orders.order import Order
from orders.products.read_model import PRODUCTS
from orders.tables import (
    CONTACT_INDEX,
    DATE_INDEX,
    LISTED_CONTACT_INDEX,
    STATUS_INDEX,
    TIME_INDEX,
    TOTAL_INDEX,
    ListedOrder,
    WebOrder,
)
from packprod.dynamodb.codec import AttributeMap
from packprod.dynamodb.reads import Partition, query_page
from packprod.errors import InvalidCursor
from packprod.readmodels.lists.moved_rows import passed_by
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.walk import (
    Bounds,
    Pace,
    Position,
    SortedPartition,
    Walk,
    each_once,
    merged,
    walk_in_hand,
)
from packprod.readmodels.projection import derivation_id
from packprod.readmodels.rebuild.definitions import is_built, require_built
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

OrderWalk = Walk[FoundOrder | None]
"""None for an order that is gone, or parked."""

BY_DATE: Final = "createdAt"
BY_TOTAL: Final = "total"
SORTS = (BY_DATE, BY_TOTAL)
KNOWN_SECONDS = 0.5  # for as long a process knows that no order is misplaced
_MOVING_KEY = "byTotal"
_LEAST = 10  # rows read first from each of many lists
_LONGEST_READ = 400
_FAR_READ = 1_000
_FARTHEST = 20_000  # rows without JSON that are looked at where a page would be empty
_SHORT_LIST_CHUNK = 100  # a short list may be that of many customers, each read in chunks of its own
_WHOLE, _SHORT = "whole", "short"  # what the list by total is read from
_SECOND = len("2025-10-20T10:30:00")
_EARLIEST, _LATEST = "0", ":"  # around every plain time; what is none is not even read
_BEHIND_SECOND = "\x7f"  # sorts behind every fraction of the same second


@dataclass(frozen=True, slots=True)
class OrderListing:
    """Which list: `sort` one of SORTS; orders of one total are sorted by date."""

    filter: OrderFilter = field(default_factory=OrderFilter)
    sort: str = BY_DATE
    descending: bool = True


def listed_orders(listing: OrderListing, *, limit: int, position: Position | None = None, now: datetime) -> Page[Order]:
    """A page of the orders that pass the filter. Raises InvalidCursor, ListBeingBuilt, EngineUnavailable."""
    return _parsed(found_orders(listing, limit=limit, position=position, now=now))


def order_list(
    filter: OrderFilter, *, limit: int, position: Position | None = None, descending: bool = True
) -> Page[Order]:
    """A page of the orders that pass the filter, newest or oldest first. Raises InvalidCursor."""
    return _parsed(_list_by_date(filter, limit=limit, position=position, descending=descending))


def _parsed(page: Page[FoundOrder]) -> Page[Order]:
    return Page([one.order for one in page.items], page.next_position, page.total, page.ended_early)


def found_orders(
    listing: OrderListing, *, limit: int, position: Position | None = None, now: datetime
) -> Page[FoundOrder]:
    """The same page for those who need the orders' JSON only. Raises InvalidCursor, ListBeingBuilt,
    EngineUnavailable."""
    if listing.filter.holds_nothing:
        return Page([], next_position=None, total=0)
    if listing.sort == BY_DATE:
        return _list_by_date(listing.filter, limit=limit, position=position, descending=listing.descending)
    return _list_by_total(listing, limit=limit, position=position, now=now)


def _list_by_date(filter: OrderFilter, *, limit: int, position: Position | None, descending: bool) -> Page[FoundOrder]:
    start = position or Position(source=_narrowest_source(filter))
    if start.source not in _SOURCES:
        raise InvalidCursor("The cursor is not one of ours.")
    bounds = _date_bounds(filter, after=start.after, descending=descending)
    keep, pace = _keeps(_unproved(filter, start.source)), _pace(limit)
    walk = _SOURCES[start.source](filter, bounds, pace)
    page = take_page(walk, keep=keep, limit=limit, start=start, pace=pace)
    if page.next_position is None or page.items or not (looks := _narrow_looks(filter, start.source)):
        return page
    start = page.next_position
    farther = _looked_through(looks, replace(bounds, after=start.after))
    return take_page(farther, keep=keep, limit=limit, start=start, most_examined=_FARTHEST)


def _pace(limit: int) -> Pace:
    """Of a walk from which a page is taken, and which is looked at for one row more."""
    return Pace(limit + 1, most=_LONGEST_READ, needed=limit + 1)


def _unproved(filter: OrderFilter, source: str) -> OrderFilter:
    """What is left of the filter to look at in each order of a list by date: its bounds are the days, every order in
    the list of a status has that status, as the row says itself, and a walk for a segment looks at the contacts."""
    if source == "status" and len(filter.status) <= KEY_LENGTH:
        filter = replace(filter, status="")
    if source == "contact":
        filter = replace(filter, contact_id="")
    if source == "segment" or (source == "date" and is_built(ORDERS_LISTED)):
        filter = replace(filter, segment="", segment_members=frozenset())
    odd = "" if filter.odd == FUTURE else filter.odd
    return replace(filter, created_from=None, created_before=None, odd=odd)


def _keeps(filter: OrderFilter) -> Callable[[FoundOrder], bool]:
    """Whether an order passes; its facts are read only where the filter looks at any."""
    return (lambda found: True) if filter == OrderFilter() else (lambda found: filter.keeps(found.facts))


def _date_bounds(filter: OrderFilter, *, after: str | None = None, descending: bool = True) -> Bounds:
    """No key is equal to an instant by itself, so it does not matter that `created_before` is exclusive."""
    low = time_key(filter.created_from) if filter.created_from else None
    high = time_key(filter.created_before) if filter.created_before else None
    return Bounds(low, high, after=after, descending=descending)


ListReader = Callable[[OrderFilter, Bounds, Pace], OrderWalk]
"""Walks one list by date inside the bounds; the pace says how many orders are read at a time."""


def by_date(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """All orders of the client; of a segment, and of a search with many candidates, only those that may be found."""
    if (looks := _quick_looks(filter)) and is_built(ORDERS_LISTED):
        return _of_all_listed(looks, bounds, pace)
    walk = _indexed(DATE_INDEX, ("clientID", settings.PACKPROD_CLIENT_ID), bounds, pace)
    return merged([walk, *_misplaced_orders(bounds)], descending=bounds.descending)


QuickLook = Callable[[AttributeMap], bool]
"""Whether an order's row (tagged values) in the table of listed orders may be found, without a look at its JSON."""


def _quick_looks(filter: OrderFilter) -> list[QuickLook]:
    looks = [filter.search.candidates.may_hold()] if filter.search and filter.search.candidates else []
    if filter.segment:
        members = set(map(contact_partition, filter.segment_members))
        looks.append(lambda row: row["contactPartition"]["S"] in members)
    return looks


def _of_all_listed(looks: Sequence[QuickLook], bounds: Bounds, pace: Pace) -> OrderWalk:
    """Those of all orders that pass; the others count as gone."""
    for key, row in _all_listed(bounds, pace, "json"):
        if all(look(row) for look in looks):
            yield from found_listed([(key, row)])
        else:
            yield key, None


def _all_listed(bounds: Bounds, pace: Pace, *more: str) -> Walk[AttributeMap]:
    """The rows of all orders, by date, with what quick looks go by, and with these attributes besides."""
    ours = ("totalPartition", total_partition())
    attributes = ("byTime", "sourceID", "contactPartition", *more)
    return SortedPartition(ListedOrder, ours, "byTime", TIME_INDEX, attributes).walk_encoded(bounds, chunk=pace)


def _narrow_looks(filter: OrderFilter, source: str) -> list[QuickLook]:
    """The quick looks that a list of all orders is walked with, if they let few through: a page must not stay empty
    because those whom it shows have not ordered lately."""
    narrows = bool(filter.segment or (filter.search and filter.search.candidates and filter.search.candidates.narrow))
    return _quick_looks(filter) if narrows and source in ("date", "text") and is_built(ORDERS_LISTED) else []


def _looked_through(looks: Sequence[QuickLook], bounds: Bounds) -> OrderWalk:
    """Does `_of_all_listed` over many more rows: it reads them without the JSON, and then the few orders that pass."""
    rows = _all_listed(bounds, Pace(_FAR_READ, most=_FAR_READ))
    while some := list(islice(rows, _FAR_READ)):
        passing = [row["sourceID"]["S"] for _, row in some if all(look(row) for look in looks)]
        found = orders_by_id(passing) if passing else {}
        yield from ((key, found.get(row["sourceID"]["S"])) for key, row in some)


def by_contact(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders of one contact, from their own rows."""
    return _of_own_contacts([filter.contact_id], bounds, pace)


def by_segment(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders of the few customers of a segment."""
    return _of_contacts(filter.segment_members, bounds, pace)


def by_status(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders of one status."""
    return _listed(STATUS_INDEX, ("statusPartition", status_partition(filter.stored_status)), "byTime", bounds, pace)


def by_oddity(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders with one oddity that their rows say themselves."""
    return _projected(ORDERS_BY_ODDITY.name, filter.odd, bounds, chunk=pace.size)


def by_product(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders with one product."""
    return _of_product(filter.product_code, bounds, pace)


def by_search(filter: OrderFilter, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders that a search may find by reference, by product or by customer, each once. The list of all orders goes
    on from there where one of these has become too long between two pages."""
    found = filter.search and filter.search.candidates
    if not found or not found.are_few:
        return by_date(filter, bounds, pace)
    keyed = ((row["byTime"]["S"], row) for row in found.reference_rows)
    rows = walk_in_hand((one for one in keyed if _holds(bounds, one[0])), bounds)
    walks = [found_by_reference(rows, chunk=pace.size)]
    walks += [_of_product(code, bounds, pace) for code in sorted(found.product_codes)]
    walks += [_of_contacts(found.contact_ids, bounds, pace)] if found.contact_ids else []
    return each_once(merged(walks, descending=bounds.descending), identity=lambda key, order: key)


_SOURCES: dict[str, ListReader] = {
    "status": by_status,
    "product": by_product,
    "odd": by_oddity,
    "contact": by_contact,
    "text": by_search,
    "segment": by_segment,
    "date": by_date,
}
_BROAD = ("segment", "status", "date")  # long lists, unless they are narrowed to some days


def _narrowest_source(filter: OrderFilter) -> str:
    """The narrowest list that the filter names; that of a search only where it is short."""
    if filter.contact_id:
        return "contact"
    if filter.search and filter.search.candidates and filter.search.candidates.are_few:
        return "text"
    if filter.odd not in ("", FUTURE):
        require_built(ORDERS_BY_ODDITY)
        return "odd"
    if filter.product_code:
        return "product"
    if filter.segment and len(filter.segment_members) <= FEW_CONTACTS:
        return "segment"
    return "status" if filter.stored_status and is_built(ORDERS_LISTED) else "date"


def is_stored_status(status: str) -> bool:
    """Whether any order has this status; one read. Raises EngineUnavailable."""
    if not is_built(ORDERS_LISTED):
        return order_counts(first=None, last=None)[status] > 0
    partition = Partition(ListedOrder, index=STATUS_INDEX, hash=("statusPartition", status_partition(status)))
    return bool(query_page(partition, limit=1).items)


def _of_product(product_code: str, bounds: Bounds, pace: Pace) -> OrderWalk:
    return _projected(PRODUCTS.name, product_code[:KEY_LENGTH], bounds, chunk=pace.size)


def _projected(model: str, key: str, bounds: Bounds, *, chunk: int) -> OrderWalk:
    """The orders that a list of projection rows names."""
    bucket = ("bucket", bucket_id(model, key))
    rows = SortedPartition(Projection, bucket, "rowID", attributes=("rowID", "sourceID"))
    return named_orders(rows.walk(bounds, chunk=chunk), chunk=chunk)


def _listed(index: str, hash_key: tuple[str, str], sort_key: str, bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders in an index of the table of listed orders, which holds their JSON."""
    attributes = (sort_key, "sourceID", "json")
    rows = SortedPartition(ListedOrder, hash_key, sort_key, index, attributes)
    return found_listed(rows.walk_encoded(bounds, chunk=pace))


def _of_contacts(contact_ids: Iterable[str], bounds: Bounds, pace: Pace) -> OrderWalk:
    """The orders of some contacts, from the table of listed orders once that is built."""
    if not is_built(ORDERS_LISTED):
        return _of_own_contacts(contact_ids, bounds, pace)
    partitions = [("contactPartition", contact_partition(one)) for one in _stored(contact_ids)]
    share = _share(pace, among=len(partitions))
    walks = (_listed(LISTED_CONTACT_INDEX, one, "byTime", bounds, share()) for one in partitions)
    return merged(walks, descending=bounds.descending)


def _stored(contact_ids: Iterable[str]) -> list[str]:
    return sorted({stored for one in contact_ids for stored in stored_contacts(one)})


def _share(pace: Pace, *, among: int) -> Callable[[], Pace]:
    """Makes the pace of each of several lists that are merged; that of the page if there is one list."""
    size = max(_LEAST, pace.size // max(1, among))
    return (lambda: pace) if among == 1 else (lambda: Pace(size, most=_LONGEST_READ))


def _of_own_contacts(contact_ids: Iterable[str], bounds: Bounds, pace: Pace) -> OrderWalk:
    one_by_one = _stored(contact_ids)
    share = _share(pace, among=len(one_by_one))
    plain = [_indexed(CONTACT_INDEX, ("contactID", one), bounds, share()) for one in one_by_one]
    return merged([*plain, *_misplaced_orders(bounds, contacts=one_by_one)], descending=bounds.descending)


def _misplaced_orders(bounds: Bounds, *, contacts: Iterable[str] | None = None) -> list[OrderWalk]:
    """The few orders that the table's own indexes misplace, if there are any; those of some contacts only."""
    if not _are_any_misplaced():
        return []
    walk = _projected(ORDERS_BY_ODD_TIME.name, ODD_KEY, bounds, chunk=_LEAST)
    if contacts is None:
        return [walk]
    theirs = {effective_contact(one) for one in contacts}
    return [((key, found if found and found.facts.contact_id in theirs else None) for key, found in walk)]


_misplaced: dict[str, tuple[bool, float]] = {}
"""By client: whether the table's own indexes misplace any order, and until when, in monotonic seconds, we know it."""


def _are_any_misplaced() -> bool:
    """Costs one read of one row every KNOWN_SECONDS in a process."""
    client, now = settings.PACKPROD_CLIENT_ID, time.monotonic()
    found, until = _misplaced.get(client, (False, 0.0))
    if now >= until:
        bucket = Partition(Projection, hash=("bucket", bucket_id(ORDERS_BY_ODD_TIME.name, ODD_KEY)))
        found = bool(query_page(bucket, limit=1).items)
        _misplaced[client] = (found, now + KNOWN_SECONDS)
    return found


def _indexed(index: str, hash_key: tuple[str, str], bounds: Bounds, pace: Pace) -> OrderWalk:
    """A GSI with whole rows.

    Its sort key is text as the writers wrote it: orders of one second sort by their fractions only here, so it is read
    by whole seconds, and a page goes on within the second where the last one ended.
    """
    low, high = bounds.unread()
    low, high = (low or _EARLIEST)[:_SECOND], (high or _LATEST)[:_SECOND] + _BEHIND_SECOND
    seconds = Bounds(low, high, descending=bounds.descending)
    more = 1 if bounds.after is None else 2  # to see where the last second ends, and the order already looked at
    rows = SortedPartition(WebOrder, hash_key, "createdAt", index).walk_encoded(seconds, chunk=pace, more=more)
    plain = (row for row in rows if has_plain_time(row[0]))
    for _, second in groupby(plain, key=lambda row: row[0][:_SECOND]):
        keyed = ((newest_first_key_of_row(time, item["orderID"]["S"]), item) for time, item in second)
        inside = (one for one in keyed if _holds(bounds, one[0]))
        for key, item in walk_in_hand(inside, bounds):
            yield key, found_in_row(item)


def _holds(bounds: Bounds, key: str) -> bool:
    """Whether a key lies inside the bounds, whatever was read already."""
    return (bounds.low is None or key >= bounds.low) and (bounds.high is None or key <= bounds.high)


def _list_by_total(listing: OrderListing, *, limit: int, position: Position | None, now: datetime) -> Page[FoundOrder]:
    if position and (position.source not in (_WHOLE, _SHORT) or position.began is None):
        raise InvalidCursor("The cursor is not one of ours.")
    start = position or Position(began=now)
    short = None if start.source == _WHOLE else _short_list(listing.filter, most=None if start.source else FEW)
    start = replace(start, source=_WHOLE if short is None else _SHORT)
    bounds, pace = _total_bounds(listing, start), _pace(limit)
    if short is None:
        require_built(ORDERS_LISTED)
        walk = _listed(TOTAL_INDEX, ("totalPartition", total_partition()), "byTotal", bounds, pace)
    else:
        walk = walk_in_hand(((total_row_id(found.order), found) for found in short), bounds)
    page = take_page(walk, keep=_keeps(listing.filter), limit=limit, start=start, pace=pace)
    return replace(page, items=_without_moved(page.items, listing, start))


def _total_bounds(listing: OrderListing, start: Position) -> Bounds:
    """Between the filter's amounts."""
    filter = listing.filter
    low = None if filter.amount_from is None else total_key(filter.amount_from)
    high = None if filter.amount_to is None else total_key(filter.amount_to) + BEHIND_SEPARATOR
    return Bounds(low, high, after=start.after, descending=listing.descending)


def _short_list(filter: OrderFilter, *, most: int | None) -> list[FoundOrder] | None:
    """The orders of the narrow list that the filter names, whether they pass the rest of it or not; None where it names
    none (only a segment or a status, or nothing), or one with more than `most`."""
    source = _narrowest_source(filter)
    if source in _BROAD and not filter.created_from:
        return None
    walk = _SOURCES[source](filter, _date_bounds(filter), Pace(_SHORT_LIST_CHUNK, most=_LONGEST_READ))
    found = list(islice(walk, most and most + 1))
    return None if most and len(found) > most else [order for _, order in found if order]


def _without_moved(orders: list[FoundOrder], listing: OrderListing, start: Position) -> list[FoundOrder]:
    """Without those that an earlier page may have shown before their totals changed. Other writers do not say when
    they wrote, so that costs a batched read of all their states."""
    if start.after is None or not orders:
        return orders
    state_ids = {derivation_id(found.facts.order_id): found for found in orders}
    passed = passed_by(start, state_ids, sort=_MOVING_KEY, descending=listing.descending)
    return [found for state_id, found in state_ids.items() if state_id not in passed]
