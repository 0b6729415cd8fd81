"""Orders as lists read them: the row that each has in the table of listed orders, and an order that a list has found.

A list shows an order as JSON. So that a page costs one query, the row of each order holds that JSON ready, and what
lists filter by is read from it. The lists by date and by contact read the orders' own rows, which are there at once,
and render them (`orders.plain_rows`).
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from django.conf import settings

from orders.keys import KEY_LENGTH, SEPARATOR, newest_first_key, total_key
from orders.order import Order
from orders.order_json import OrderFacts, order_facts, order_from_json, order_json
from orders.plain_rows import plain_json
from orders.rows import readable
from orders.tables import ListedOrder, WebOrder
from packprod.dynamodb.codec import AttributeMap, decode_item
from packprod.dynamodb.reads import Item, batch_get_encoded
from packprod.dynamodb.tables import Table
from packprod.json_objects import to_json
from packprod.readmodels.lists.search_query import reference_keys
from packprod.readmodels.lists.walk import Walk
from packprod.readmodels.rebuild.definitions import is_built
from packprod.readmodels.registry import ReadModel

LONGEST_JSON = 30_000  # bytes: a hundred such rows fit a transaction, and a page of a list still is a page


# --- The rows ------------------------------------------------------------------------------------------------------


def listed_id(order_id: str, *, form: int = 1) -> str:
    """The key of an order's row, or of that of a further form of its reference: client, number of the form, orderID."""
    return f"{settings.PACKPROD_CLIENT_ID}#{form}#{order_id}"


def total_partition() -> str:
    """The partition of all orders by total."""
    return settings.PACKPROD_CLIENT_ID


def status_partition(status: str) -> str:
    """The partition of the orders of a status."""
    return f"{settings.PACKPROD_CLIENT_ID}#{status[:KEY_LENGTH]}"


def contact_partition(contact_id: str) -> str:
    """The partition of the orders of a contact."""
    return f"{settings.PACKPROD_CLIENT_ID}#{contact_id}"


def reference_partition(reference_key: str) -> str:
    """The partition of the references that start alike; a search knows at least one character."""
    return f"{settings.PACKPROD_CLIENT_ID}#{reference_key[:1]}"


def total_row_id(order: Order) -> str:
    """The sort key of an order in the list by total; orders of one total sort by time."""
    return f"{total_key(order.total)}{SEPARATOR}{newest_first_key(order)}"


def project(order: Order) -> Iterable[Table]:
    """One row per order, and one for each further form in which its reference is searched."""
    encoded = to_json(order_json(order))
    reference, *others = reference_keys(order.order_reference)
    yield _row(
        order,
        reference,
        listed_id(order.order_id),
        json=encoded.decode() if len(encoded) <= LONGEST_JSON else None,
        status_partition=status_partition(order.status),
        total_partition=total_partition(),
        by_total=total_row_id(order),
        contact_partition=contact_partition(order.contact_id),
    )
    for form, other in enumerate(others, start=2):
        yield _row(order, other, listed_id(order.order_id, form=form))


def _row(order: Order, reference: str, key: str, **attributes: Any) -> ListedOrder:
    return ListedOrder(
        key,
        client_id=settings.PACKPROD_CLIENT_ID,
        source_id=order.order_id,
        by_time=newest_first_key(order),
        reference_partition=reference_partition(reference),
        by_reference=f"{reference}{SEPARATOR}{order.order_id}",
        **attributes,
    )


ORDERS_LISTED = ReadModel(
    name="orders-listed",
    project=project,
    projected_tables=(ListedOrder,),
    depends_on=("PACKPROD_TIME_ZONE", "PACKPROD_CURRENCY"),
    version=2,
)


# --- What a list has found -----------------------------------------------------------------------------------------


class FoundOrder:
    """An order that a list has found. `json` is its JSON in answers; the rest is worked out when it is used."""

    def __init__(self, json: bytes, item: AttributeMap | None = None) -> None:
        self.json = json
        self._item = item

    @cached_property
    def facts(self) -> OrderFacts:
        """What filters look at."""
        return order_facts(self.json)

    @cached_property
    def order(self) -> Order:
        """The whole order: as in its own row where the list has read that and it is not plain, otherwise as in its
        JSON."""
        order = readable(decode_item(self._item)) if self._item is not None else None
        return order or order_from_json(self.json)


def found_in_row(item: AttributeMap) -> FoundOrder | None:
    """The order in its own row (tagged values), whoever wrote it; None for what is parked or not ours."""
    encoded = plain_json(item)
    if encoded is not None:
        return FoundOrder(encoded)  # says all that the row does, and is parsed in a sixth of the time
    order = readable(decode_item(item))
    return None if order is None else FoundOrder(to_json(order_json(order)), item)


def found_listed(rows: Iterable[tuple[str, AttributeMap]]) -> Walk[FoundOrder | None]:
    """The orders in rows of the table of listed orders. One whose JSON is too long for it is read by itself."""
    for key, row in rows:
        if "json" in row:
            yield key, FoundOrder(row["json"]["S"].encode())
        else:
            order_id = row["sourceID"]["S"]
            yield key, _of_own_rows([order_id]).get(order_id)


def found_by_reference(rows: Walk[AttributeMap], *, chunk: int) -> Walk[FoundOrder | None]:
    """The orders whose rows a search by reference found. Those without JSON, such as the rows of further forms, are
    read a chunk at a time."""
    while some := list(islice(rows, chunk)):
        missing = orders_by_id([row["sourceID"]["S"] for _, row in some if "json" not in row])
        for key, row in some:
            yield key, FoundOrder(row["json"]["S"].encode()) if "json" in row else missing.get(row["sourceID"]["S"])


def named_orders(rows: Walk[Item], *, chunk: int) -> Walk[FoundOrder | None]:
    """The orders that projection rows name, in the rows' order, by strong reads of a chunk each.

    None for an order that is gone or parked."""
    while some := [(key, str(row["sourceID"])) for key, row in islice(rows, chunk)]:
        found = orders_by_id([order_id for _, order_id in some])
        yield from ((key, found.get(order_id)) for key, order_id in some)


def orders_by_id(order_ids: Sequence[str]) -> dict[str, FoundOrder]:
    """The orders with these ids, by id; without those that are gone or parked. From their own rows until the table of
    listed orders is built."""
    if not is_built(ORDERS_LISTED):
        return _of_own_rows(order_ids)
    rows = {
        row["sourceID"]["S"]: row for row in batch_get_encoded(ListedOrder, [(listed_id(one),) for one in order_ids])
    }
    found = {one: FoundOrder(row["json"]["S"].encode()) for one, row in rows.items() if "json" in row}
    return found | _of_own_rows([one for one in rows if one not in found])


def _of_own_rows(order_ids: Sequence[str]) -> dict[str, FoundOrder]:
    items = batch_get_encoded(WebOrder, [(one,) for one in order_ids])
    found = ((item["orderID"]["S"], found_in_row(item)) for item in items)
    return {order_id: order for order_id, order in found if order is not None}


def parsed(orders: Iterable[FoundOrder]) -> Iterator[Order]:
    """The whole orders."""
    return (one.order for one in orders)
