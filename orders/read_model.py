"""The read model of references that orders of other writers have: the import must not store such an order again."""

from collections.abc import Iterable

from orders.identity import own_order_id
from orders.keys import KEY_LENGTH, SEPARATOR
from orders.order import Order
from orders.rows import MAX_ID_BYTES, stored_reference
from packprod.dynamodb.reads import Item
from packprod.readmodels.registry import ProjectionRow, ReadModel

OTHERS_KEY = "all"


def by_others(order: Order) -> Iterable[ProjectionRow]:
    """One row for an order whose id is not derived from its reference."""
    return _by_others(order.order_reference, order.order_id)


def by_others_broken(item: Item) -> Iterable[ProjectionRow]:
    """A broken order holds its reference, too: importing that must not make a second order."""
    return _by_others(stored_reference(item), item["orderID"])


def _by_others(order_reference: str, order_id: str) -> Iterable[ProjectionRow]:
    if order_id == own_order_id(order_reference):
        return []
    # The id of a broken order may be too long for a key, but then another id derives from it.
    short_id = order_id if len(order_id.encode()) <= MAX_ID_BYTES else own_order_id(order_id)
    return [ProjectionRow(key=OTHERS_KEY, row_id=others_row_id(order_reference) + short_id)]


def others_row_id(order_reference: str) -> str:
    """The start of the row ids of other writers' orders with exactly this reference."""
    return f"{order_reference[:KEY_LENGTH]}{SEPARATOR}"


ORDERS_BY_OTHERS = ReadModel(name="orders-by-others", project=by_others, project_broken=by_others_broken, version=2)
