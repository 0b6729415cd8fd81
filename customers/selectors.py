"""Reads customers cache-first: one by id, lists with sort, segment and search; from the orders where it must."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from customers.cache_row import cache_row, is_readable
from customers.listing import Listing, in_order, walk
from customers.metrics import CountedOrder, customer_metrics
from customers.read_model import CUSTOMERS, counted_order, project
from customers.search_words import SEARCH_KIND
from customers.tables import Contact, CustomerMetrics
from orders.lists import readable
from orders.selectors import contact_order_ids
from orders.tables import DATE_INDEX, WebOrder
from packprod.dates import business_date
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.engine_errors import TableMissing
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_all
from packprod.errors import NotFound
from packprod.readmodels.movers import Reading, without_movers
from packprod.readmodels.pages import Page, take_page
from packprod.readmodels.projection import project as project_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.search_index import few_subjects
from packprod.readmodels.summary import summarise_upward
from packprod.searching import matches, query_words


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A page of cache rows, and whether they came from the cache (else computed from the orders)."""

    page: Page[Item]
    from_cache: bool


def customer_row(contact_id: str, *, now: datetime) -> tuple[Item, bool]:
    """A customer's cache row, and whether it was there. Missing, it is computed from the orders and stored.

    Raises NotFound for a contact without counted orders.
    """
    row = _cached(contact_id)
    if row is not None:
        return row, True
    order_ids = contact_order_ids(contact_id)
    if order_ids:
        row = _recompute(contact_id, order_ids, now=now)
    if row is None:
        raise NotFound(f"There is no customer {contact_id[:100]} with orders that count.")
    return row, False


def contact_row(contact_id: str) -> Item | None:
    """The row of a contact of this client; None if there is none."""
    row = get(Contact, contact_id)
    return row if row is not None and row.get("clientID") == settings.PACKPROD_CLIENT_ID else None


def is_contact(contact_id: str) -> bool:
    """Whether there is such a contact of this client."""
    return contact_row(contact_id) is not None


def require_customer(contact_id: str) -> None:
    """Raises NotFound for an id that neither a contact of ours has nor any order names."""
    if not is_contact(contact_id) and not contact_order_ids(contact_id):
        raise NotFound(f"There is no customer {contact_id[:100]}.")


def _cached(contact_id: str) -> Item | None:
    try:
        row = get(CustomerMetrics, contact_id)
    except TableMissing:
        return None
    return row if row and row.get("clientID") == settings.PACKPROD_CLIENT_ID and is_readable(row) else None


def _recompute(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    try:
        project_orders(order_ids, now=now, force=True)
        summarise_upward([bucket_id(CUSTOMERS.name, contact_id)], now=now, force=True)
        return _cached(contact_id) or _computed(contact_id, order_ids, now=now)
    except TableMissing:
        return _computed(contact_id, order_ids, now=now)


def _computed(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    """The row straight from the orders, without storing it."""
    orders = _counted(batch_get(WebOrder, [(one,) for one in order_ids])).get(contact_id)
    return decode_item(cache_row(contact_id, customer_metrics(orders), now=now).wire()) if orders else None


def _counted(items: Sequence[Item]) -> dict[str, list[CountedOrder]]:
    """Counted orders by contact."""
    found: dict[str, list[CountedOrder]] = defaultdict(list)
    for order in filter(None, map(readable, items)):
        for row in project(order):
            if counted := counted_order(row.data):
                found[row.key].append(counted)
    return found


def customer_list(
    listing: Listing, *, search: str, limit: int, position: Sequence[str] | None, now: datetime
) -> CustomerPage:
    """A page of customers. While the cache table does not exist, it is worked out from all orders, slowly."""
    wanted, reading = query_words(search), Reading.at(position, now=now)
    try:
        page = _met_once(_from_cache(listing, wanted, limit, reading.after, now), listing, reading)
        return CustomerPage(reading.continued(page), from_cache=True)
    except TableMissing:
        page = _page_of(_from_orders(now), listing, wanted, limit, reading.after, now)
        return CustomerPage(reading.continued(page), from_cache=False)


def _met_once(page: Page[Item], listing: Listing, reading: Reading) -> Page[Item]:
    def state_id(row: Item) -> str:
        return bucket_id(CUSTOMERS.name, row["contactID"])

    rows = without_movers(page.items, reading, sort=listing.key, descending=listing.descending, state_id=state_id)
    return replace(page, items=rows)


def _from_cache(listing: Listing, wanted: list[str], limit: int, position: str | None, now: datetime) -> Page[Item]:
    found = few_subjects(SEARCH_KIND, wanted) if wanted else None
    if found is not None:
        rows = batch_get(CustomerMetrics, [(contact_id,) for contact_id in found])
        return _page_of([row for one in rows if (row := _whole(one, now=now))], listing, wanted, limit, position, now)
    chunk = limit + 1 if listing.segment_name else max(10, limit // 2)
    rows_in_order = walk(listing, after=position, now=now, chunk=chunk)
    walked = ((row[listing.key], _whole(row, now=now)) for row in rows_in_order)
    today = business_date(now)
    return take_page(
        walked,
        keep=lambda row: found_by(row, wanted) and listing.keeps(row, today=today),
        limit=limit,
        first=position is None,
    )


def _whole(row: Item, *, now: datetime) -> Item | None:
    """The row; a damaged one read again from the orders."""
    if is_readable(row):
        return row
    return _recompute(row["contactID"], contact_order_ids(row["contactID"]), now=now)


def _page_of(
    rows: Sequence[Item], listing: Listing, wanted: list[str], limit: int, position: str | None, now: datetime
) -> Page[Item]:
    """A page of rows in hand, whose number is therefore known."""
    kept = [row for row in rows if found_by(row, wanted)]
    behind = in_order(kept, listing, after=position, now=now)
    page = take_page(((row[listing.key], row) for row in behind), limit=limit, first=position is None)
    return Page(page.items, page.next_position, total=len(in_order(kept, listing, after=None, now=now)))


def found_by(row: Item, wanted: Sequence[str]) -> bool:
    """Whether a search for these words finds the customer."""
    return not wanted or matches(wanted, (row["name"], row["email"], row["company"]))


def _from_orders(now: datetime) -> list[Item]:
    """Every customer's row, computed from all orders."""
    partition = Partition(WebOrder, index=DATE_INDEX, hash=("clientID", settings.PACKPROD_CLIENT_ID))
    return [
        decode_item(cache_row(contact_id, customer_metrics(orders), now=now).wire())
        for contact_id, orders in _counted(list(query_all(partition))).items()
    ]


def customer_names(contact_ids: Sequence[str]) -> dict[str, str]:
    """The names (else company, else e-mail) of the customers that are in the cache."""
    rows = customer_rows(contact_ids)
    return {contact_id: row["name"] or row["company"] or row["email"] for contact_id, row in rows.items()}


def customer_rows(contact_ids: Iterable[str]) -> dict[str, Item]:
    """The cache rows of this client's customers that are in the cache, by contactID."""
    rows = batch_get(CustomerMetrics, [(contact_id,) for contact_id in contact_ids])
    ours = (row for row in rows if row.get("clientID") == settings.PACKPROD_CLIENT_ID and is_readable(row))
    return {row["contactID"]: row for row in ours}
