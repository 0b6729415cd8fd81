"""The orders that no read model can use, with the reason: shown to staff, blocking nothing."""

from dataclasses import dataclass

from packprod.dynamodb.reads import Partition, query_all
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
    partition = Partition(Projection, hash=("bucket", bucket_id(PARKED.name, PARKED_KEY)))
    return [ParkedOrder(item["sourceID"], item["data"]["reason"]) for item in query_all(partition)]
