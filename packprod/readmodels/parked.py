"""The orders that no read model can use, with the reason: shown to staff, blocking nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from packprod.dynamodb.reads import Partition, Range, query_all, query_page
from packprod.readmodels.pages import Page, take_page
from packprod.readmodels.projection import PARKED, PARKED_KEY
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection


@dataclass(frozen=True, slots=True)
class ParkedOrder:
    """An order row as found in the table, and why it cannot be used."""

    order_id: str
    reason: str


def parked_orders() -> list[ParkedOrder]:
    """Every parked order of this client, by id. It leaves the list by itself once its row is mended or deleted."""
    return [ParkedOrder(item["sourceID"], item["data"]["reason"]) for item in query_all(_parked())]


def parked_page(*, limit: int, position: str | None) -> Page[ParkedOrder]:
    """A page of them."""
    rows = query_all(_parked(position), page_size=limit + 1)
    walk = ((row["rowID"], ParkedOrder(row["sourceID"], row["data"]["reason"])) for row in rows)
    return take_page(walk, limit=limit, first=position is None)


def parked_ids(*, after: str | None, page_size: int) -> Iterator[tuple[str, str]]:
    """Position and orderID of the parked orders behind a position, read page by page as they are used."""
    for item in query_all(_parked(after), page_size=page_size):
        yield item["rowID"], item["sourceID"]


def is_any_parked() -> bool:
    """Whether this client has a parked order; reads one row at most."""
    return bool(query_page(_parked(), limit=1).items)


def _parked(after: str | None = None) -> Partition:
    behind = None if after is None else Range("rowID", ">", after)
    return Partition(Projection, hash=("bucket", bucket_id(PARKED.name, PARKED_KEY)), range=behind)
