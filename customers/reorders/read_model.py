"""The read model of expected reorders: from the orders in a customer's bucket, a row for each product that is ordered
again and again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from customers.cache_owners import READ_MODEL
from customers.reorders.gap_classes import GapClass, gap_class
from customers.reorders.rhythm import Rhythm, rhythm
from customers.reorders.tables import Reorder
from orders.keys import SEPARATOR
from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.tables import Table
from packprod.readmodels.registry import Bucket, ReadModel

LATER = 1.0
MOST_PRODUCTS = 1_000  # per customer, those ordered last: their names must fit into the summary's state row


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """A row for every product with a rhythm."""
    latest_first = sorted(_rhythms(rows), key=lambda found: (found[1].last_order_date, found[0]), reverse=True)
    return [_reorder(bucket.key, code, one) for code, one in latest_first[:MOST_PRODUCTS]]


def _rhythms(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Rhythm]]:
    instants: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        if codes := row.get("products"):
            instant = parse_instant(row["createdAt"])
            for code in codes:
                instants[code].append(instant)
    for code, ordered_at in instants.items():
        if found := rhythm(ordered_at):
            yield code, found


def _reorder(contact_id: str, code: str, found: Rhythm) -> Reorder:
    expected = found.next_expected_date.isoformat()
    gaps = gap_class(found.median_gap_days)
    return Reorder(
        customer_id(contact_id),
        code,
        client_id=settings.PACKPROD_CLIENT_ID,
        contact_id=contact_id,
        orders=found.orders,
        occasions=found.occasions,
        last_order_date=format_instant(found.last_order_date),
        median_gap_days=found.median_gap_days,
        next_expected_date=expected,
        list_partition=list_partition(gaps),
        product_partition=product_partition(gaps, code),
        by_next_expected=SEPARATOR.join((expected, contact_id, code)),
    )


def customer_id(contact_id: str) -> str:
    """The partition key of a customer's rows: client and contact."""
    return f"{settings.PACKPROD_CLIENT_ID}#{contact_id}"


def list_partition(gaps: GapClass) -> str:
    """The index partition of a class of gaps."""
    return f"{settings.PACKPROD_CLIENT_ID}#{gaps.number}"


def product_partition(gaps: GapClass, product_code: str) -> str:
    """The index partition of a product and class of gaps."""
    return f"{settings.PACKPROD_CLIENT_ID}#{gaps.number}#{product_code}"


REORDERS = ReadModel(
    name="reorder",
    summarise=summarise,
    summary_tables=(Reorder,),
    reads=READ_MODEL,
    delay=LATER,
    depends_on=("PACKPROD_TIME_ZONE",),
    version=3,
)
