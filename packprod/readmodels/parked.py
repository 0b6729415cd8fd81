"""Parked orders: broken rows that no read model can use, kept with the reason so that staff can see them."""

from dataclasses import dataclass

from packprod.dynamodb.reads import Item, Partition, query_all, query_page
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition, Walk
from packprod.readmodels.projection import PARKED, PARKED_KEY
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection


@dataclass(frozen=True, slots=True)
class ParkedOrder:
    """The id of a parked order, and why it cannot be used."""

    order_id: str
    reason: str


def parked_orders() -> list[ParkedOrder]:
    """Every parked order of this client, by id. An order is no longer parked once its row is mended or deleted."""
    return [_parked_order(item) for item in query_all(Partition(Projection, hash=_bucket()))]


def parked_page(*, limit: int, position: Position | None) -> Page[ParkedOrder]:
    """A page of the parked orders, by id."""
    start = position or Position()
    return take_page(walk_parked(start, chunk=limit + 1), limit=limit, start=start)


def walk_parked(start: Position, *, chunk: int) -> Walk[ParkedOrder]:
    """The parked orders after a position, by id."""
    rows = SortedPartition(Projection, _bucket(), "rowID").walk(
        Bounds(after=start.after, descending=False), chunk=chunk
    )
    return ((key, _parked_order(item)) for key, item in rows)


def is_any_parked() -> bool:
    """Whether this client has a parked order; reads one row at most."""
    return bool(query_page(Partition(Projection, hash=_bucket()), limit=1).items)


def _parked_order(item: Item) -> ParkedOrder:
    return ParkedOrder(item["sourceID"], item["data"]["reason"])


def _bucket() -> tuple[str, str]:
    return ("bucket", bucket_id(PARKED.name, PARKED_KEY))
