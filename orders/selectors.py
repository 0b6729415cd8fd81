"""Reads orders: one or some by id, the parked ones.

Lists of orders are in `orders.lists`, what they read in `orders.listed`; an order is found by its reference in
`orders.references`.
"""

from collections.abc import Sequence
from itertools import islice

from orders.contact_aliases import stored_contacts
from orders.order import Order
from orders.rows import is_ours, order_from_row, worth
from orders.tables import CONTACT_INDEX, WebOrder
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_all
from packprod.errors import BrokenOrder, NotFound
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_query import SearchQuery, search_query
from packprod.readmodels.lists.walk import Position, Walk
from packprod.readmodels.parked import ParkedOrder, walk_parked


def order_item(order_id: str) -> Item:
    """The row of one order of this client. Raises NotFound."""
    item = get(WebOrder, order_id)
    if item is None or not is_ours(item):
        raise NotFound(f"There is no order {order_id[:100]}.")
    return item


def parked_list(*, limit: int, position: Position | None, search: str = "") -> Page[Item]:
    """A page of the rows that are parked; `search` is the start of a reference or of an id."""
    start, query = position or Position(), search_query(search)
    walk = _parked_rows(walk_parked(start, chunk=limit + 1), chunk=limit + 1)
    return take_page(walk, keep=lambda item: _is_found(item, query), limit=limit, start=start)


def _parked_rows(parked: Walk[ParkedOrder], *, chunk: int) -> Walk[Item | None]:
    """The rows of ours that are parked, read a chunk at a time."""
    while ids := [(key, order.order_id) for key, order in islice(parked, chunk)]:
        items = {item["orderID"]: item for item in order_items([order_id for _, order_id in ids])}
        yield from ((key, items.get(order_id)) for key, order_id in ids)


def _is_found(item: Item, query: SearchQuery) -> bool:
    return any(query.finds_reference(str(item.get(name, ""))) for name in ("orderReference", "orderID"))


def order_items(order_ids: Sequence[str]) -> list[Item]:
    """The rows of ours that exist among the ids, in the order given."""
    items = {item["orderID"]: item for item in batch_get(WebOrder, [(one,) for one in order_ids]) if is_ours(item)}
    return [items[one] for one in dict.fromkeys(order_ids) if one in items]


def order_or_parked(item: Item) -> Order | ParkedOrder:
    """The order in a row of ours; where it cannot be used, why."""
    try:
        return order_from_row(item)
    except BrokenOrder as exc:
        return ParkedOrder(item["orderID"], exc.message, exc.kind, worth(item))


def contact_order_ids(contact_id: str) -> list[str]:
    """The ids of every order of ours that names the contact or one merged into it, as the table's own index has
    them."""
    partitions = (
        Partition(WebOrder, index=CONTACT_INDEX, hash=("contactID", one)) for one in stored_contacts(contact_id)
    )
    return [item["orderID"] for partition in partitions for item in query_all(partition) if is_ours(item)]
