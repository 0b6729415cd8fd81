"""Finds dirty buckets whose wake-up was lost. Safe at any time, as often as one likes."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from packprod.dates import format_instant
from packprod.dynamodb.reads import Partition, Range, query_all
from packprod.readmodels.tables import Derivation


def dirty_buckets(*, before: datetime) -> Iterator[str]:
    """The buckets dirty since before the instant, oldest first; reads only what it returns."""
    partition = Partition(
        Derivation,
        index="dirty-index",
        hash=("dirtyClient", settings.PACKPROD_CLIENT_ID),
        range=Range("dirtySince", "<", format_instant(before)),
    )
    for item in query_all(partition):
        yield str(item["derivationID"])
