"""The read model of expected reorders: a projection row per order in its customer's bucket, and a row for each product
that is ordered again and again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings

from customers.reorders.rhythm import LOST, Rhythm, lost_on, rhythm
from customers.reorders.tables import Reorder
from orders.keys import KEY_LENGTH, SEPARATOR
from orders.order import Order
from orders.statuses import is_counted
from packprod.dates import business_date, format_instant, parse_instant
from packprod.dynamodb.tables import Table
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel

LATER = 1.0
BY_STATE_SINCE = 3  # the version that first put lost entries into a partition of their own
MOST_PRODUCTS = 1_000  # per customer, those ordered last: their names must fit into the summary's state row


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per counted order that has products: its instant and its products."""
    products = frozenset(item.product_code[:KEY_LENGTH] for item in order.items)
    if not products or not is_counted(order.status):
        return []
    data = {"createdAt": format_instant(order.created_at), "products": products}
    return [ProjectionRow(key=order.contact_id, row_id=order.order_id, data=data)]


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """A row for every product with a rhythm."""
    latest_first = sorted(_rhythms(rows), key=lambda found: (found[1].last_order_date, found[0]), reverse=True)
    today = business_date(now)
    return [_reorder(bucket.key, code, one, today=today) for code, one in latest_first[:MOST_PRODUCTS]]


def _rhythms(rows: list[dict[str, Any]]) -> Iterator[tuple[str, Rhythm]]:
    instants: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        instant = parse_instant(row["createdAt"])
        for code in row["products"]:
            instants[code].append(instant)
    for code, ordered_at in instants.items():
        if found := rhythm(ordered_at):
            yield code, found


def _reorder(contact_id: str, code: str, found: Rhythm, *, today: date) -> Reorder:
    expected = found.next_expected_date.isoformat()
    lost = lost_on(found.next_expected_date, median_gap_days=found.median_gap_days)
    is_lost = lost <= today
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
        list_partition=list_partition(is_lost=is_lost),
        product_partition=product_partition(code, is_lost=is_lost),
        by_next_expected=SEPARATOR.join((expected, contact_id, code)),
        lost_on=None if is_lost else lost.isoformat(),
    )


def customer_id(contact_id: str) -> str:
    """The partition key of a customer's rows: client and contact."""
    return f"{settings.PACKPROD_CLIENT_ID}#{contact_id}"


def list_partition(*, is_lost: bool) -> str:
    """The index partition of entries that are lost, or of those that are not."""
    return f"{settings.PACKPROD_CLIENT_ID}#{_STATES[is_lost]}"


def product_partition(product_code: str, *, is_lost: bool) -> str:
    """The same of one product."""
    return f"{settings.PACKPROD_CLIENT_ID}#{_STATES[is_lost]}#{product_code}"


_STATES = {False: "open", True: LOST}


REORDERS = ReadModel(
    name="reorder",
    project=project,
    summarise=summarise,
    summary_tables=(Reorder,),
    delay=LATER,
    depends_on=("PACKPROD_TIME_ZONE",),
    version=BY_STATE_SINCE,
)
