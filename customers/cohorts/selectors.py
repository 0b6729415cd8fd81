"""Reads cohorts."""

from collections.abc import Iterator

from customers.cohorts.read_model import ALL, COHORT_LIST, Cohort, cohort_of
from packprod.dynamodb.reads import Partition, Range, query_all
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection


def cohorts_between(first: str, last: str) -> Iterator[tuple[str, Cohort]]:
    """The cohorts from the first month to the last, both inclusive; months without new customers are left out."""
    partition = Partition(
        Projection, hash=("bucket", bucket_id(COHORT_LIST.name, ALL)), range=Range("rowID", "between", first, last)
    )
    for item in query_all(partition):
        yield item["rowID"], cohort_of(item["data"])
