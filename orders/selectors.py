"""Reads orders: one by id or reference, lists newest first. Each reads what it returns, not what is stored."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from orders.drivers import (
    FEW,
    FEW_CONTACTS,
    by_contact,
    by_date,
    by_email,
    by_product,
    by_reference,
    by_segment,
    by_status,
    by_text,
    references,
)
from orders.identity import own_order_id
from orders.lists import Position
from orders.order import Order
from orders.order_filter import OrderFilter as OrderFilter
from orders.read_models import ORDERS_BY_OTHERS, OTHERS_KEY, others_row_id
from orders.rows import is_ours, order_from_row, stored_reference
from orders.search_text import SearchText
from orders.stretches import Stretch, Walk
from orders.tables import CONTACT_INDEX, WebOrder
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_all, query_page, starts_with
from packprod.errors import BrokenOrder, InvalidCursor, NotFound
from packprod.readmodels.pages import Page, take_page
from packprod.readmodels.parked import ParkedOrder, parked_ids
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from packprod.text import caseless

Driver = Callable[[Stretch], Walk]
_BROAD = ("segment", "status", "date")  # long lists, unless some days of them are asked for
_DRIVERS: dict[str, Driver] = {
    "email": by_email,
    "status": by_status,
    "product": by_product,
    "contact": by_contact,
    "text": by_text,
    "segment": by_segment,
    "date": by_date,
    "reference": by_reference,
}


def order_item(order_id: str) -> Item:
    """The row of one order of this client. Raises NotFound."""
    item = get(WebOrder, order_id)
    if item is None or not is_ours(item):
        raise NotFound(f"There is no order {order_id[:100]}.")
    return item


def find_by_references(order_references: Sequence[str]) -> dict[str, Item]:
    """The stored rows with exactly these references, whoever wrote them; strongly consistent.

    An order of ours has an id derived from its reference. Other writers choose their ids: theirs are found through
    a read model, and so within a second of being written; where there are none, that costs one read in all.
    """
    own = {own_order_id(reference): reference for reference in order_references}
    found = {own[item["orderID"]]: item for item in batch_get(WebOrder, [(order_id,) for order_id in own])}
    others = Partition(Projection, hash=("bucket", bucket_id(ORDERS_BY_OTHERS.name, OTHERS_KEY)))
    missing = [reference for reference in order_references if reference not in found]
    if missing and query_page(others, limit=1, consistent=True).items:
        found |= {reference: item for reference in missing if (item := _by_others(others, reference))}
    return found


def _by_others(others: Partition, order_reference: str) -> Item | None:
    same = replace(others, range=starts_with("rowID", others_row_id(order_reference)))
    for row in query_all(same, consistent=True):
        item = get(WebOrder, row["sourceID"])
        if item and is_ours(item) and stored_reference(item) == order_reference:
            return item
    return None


def order_list(
    wanted: OrderFilter, *, limit: int, position: Position | None = None, descending: bool = True
) -> Page[Order]:
    """A page of the orders that pass the filter, newest or oldest first. Raises InvalidCursor for a broken position."""
    driver, after = (position[0], position[1:]) if position else (_driver(wanted), [])
    if driver not in _DRIVERS or not all(isinstance(part, str) for part in after):
        raise InvalidCursor("The cursor is not one of ours.")
    walk = _DRIVERS[driver](Stretch(wanted, after, chunk=limit, descending=descending))
    page = take_page(walk, keep=wanted.keeps, limit=limit, first=position is None)
    following = [driver, *page.next_position] if page.next_position else None
    return replace(page, next_position=following)


def _driver(wanted: OrderFilter) -> str:
    """The narrowest list that the filter names; the start of a reference only where few orders have it."""
    if wanted.email:
        return "email"
    if wanted.contact_id:
        return "contact"
    if wanted.reference_prefix and is_rare_reference(wanted.reference_prefix):
        return "reference"
    if wanted.text and _is_rare(wanted.text):
        return "text"
    if wanted.product_code:
        return "product"
    if wanted.segment and len(wanted.segment_members) <= FEW_CONTACTS:
        return "segment"
    return "status" if wanted.stored_status else "date"


def narrow_driver(wanted: OrderFilter) -> Driver | None:
    """What a filter is read from that names a short list; None where it names but a segment or a status, or nothing."""
    name = _driver(wanted)
    return _DRIVERS[name] if name not in _BROAD or wanted.created_from else None


def _is_rare(text: SearchText) -> bool:
    """Whether everything that a text may mean is a short list, or one by product."""
    return text.contact_ids is not None and is_rare_reference(caseless(text.text))


def is_rare_reference(prefix: str) -> bool:
    """Whether so few references start with a case-folded prefix that they can be sorted in a request."""
    return query_page(references(prefix), limit=FEW).last_key is None


def parked_list(*, limit: int, position: str | None, search: str = "") -> Page[Item]:
    """A page of the rows that are parked; `search` is the start of a reference or of an id."""
    ids = parked_ids(after=position, page_size=limit + 1)
    text = caseless(search)
    return take_page(
        _rows(ids, chunk=limit + 1), keep=lambda item: _starts(item, text), limit=limit, first=not position
    )


def _rows(ids: Iterable[tuple[str, str]], *, chunk: int) -> Iterator[tuple[str, Item | None]]:
    """The rows of ours with these ids, read a chunk at a time."""
    waiting = iter(ids)
    while pairs := list(islice(waiting, chunk)):
        items = {item["orderID"]: item for item in order_items([order_id for _, order_id in pairs])}
        yield from ((position, items.get(order_id)) for position, order_id in pairs)


def _starts(item: Item, text: str) -> bool:
    return any(caseless(str(item.get(name, ""))).startswith(text) for name in ("orderReference", "orderID"))


def order_items(order_ids: Sequence[str]) -> list[Item]:
    """The rows of ours that exist among the ids, in the order given."""
    items = {item["orderID"]: item for item in batch_get(WebOrder, [(one,) for one in order_ids]) if is_ours(item)}
    return [items[one] for one in dict.fromkeys(order_ids) if one in items]


def order_or_parked(item: Item) -> Order | ParkedOrder:
    """The order in a row of ours; where it cannot be used, why."""
    try:
        return order_from_row(item)
    except BrokenOrder as exc:
        return ParkedOrder(item["orderID"], exc.message)


def contact_order_ids(contact_id: str) -> list[str]:
    """The ids of every order of ours that names the contact, as the table's own index has them."""
    partition = Partition(WebOrder, index=CONTACT_INDEX, hash=("contactID", contact_id))
    return [item["orderID"] for item in query_all(partition) if is_ours(item)]
