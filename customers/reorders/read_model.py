"""The read model of expected reorders: from the orders in a customer's bucket, a row for each product that is ordered
again and again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings

from customers.cache_owners import READ_MODEL
from customers.order_sums import MANY
from customers.reorders.rhythm import LOST, Rhythm, lost_on, rhythm_of_days
from customers.reorders.tables import Reorder
from orders.keys import SEPARATOR
from packprod.dates import business_date, format_instant, parse_instant, sortable
from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution, net
from packprod.readmodels.columns import columns, unpacked
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ReadModel
from packprod.readmodels.tables import Sums

BY_STATE_SINCE = 4  # the version that first put lost entries into a partition of their own
MOST_PRODUCTS = 1_000  # per customer, those ordered last: their names must fit into the summary's state row


def contribution(data: dict[str, Any]) -> Contribution | None:
    """What an order adds to the occasions of its products: its instant, its business day and its products."""
    codes = data.get("products")
    if codes is None:  # an order that does not count
        return None
    day = business_date(parse_instant(data["createdAt"]))
    return [data["createdAt"], day.toordinal(), sorted(codes)]


@dataclass(slots=True)
class Occasions:
    """A customer's orders by product: the last instant, as text, and how many there are on each day, as ordinals."""

    rows: int = 0
    products: dict[str, tuple[str, dict[int, int]]] = field(default_factory=dict)

    def add(self, one: Contribution) -> None:
        """Adds an order."""
        at, day, codes = one
        self.rows += 1
        for code in codes:
            last, days = self.products.setdefault(code, (at, {}))
            days[day] = days.get(day, 0) + 1
            self.products[code] = max(last, at, key=sortable), days

    def rhythms(self) -> Iterator[tuple[str, Rhythm]]:
        """The products that have a rhythm."""
        for code, (last, days) in self.products.items():
            if found := rhythm_of_days(days, last=parse_instant(last)):
                yield code, found

    def stored(self, bucket: Bucket) -> Iterator[Sums]:
        """As rows; none for few orders, which are read faster."""
        if self.rows > MANY:
            products = ([code, last, sorted(days.items())] for code, (last, days) in sorted(self.products.items()))
            for part, column in enumerate(columns([[self.rows], *products])):
                yield Sums(bucket.bucket_id, f"{part:02d}", client_id=settings.PACKPROD_CLIENT_ID, sums=column)

    @classmethod
    def restored(cls, kept: list[Item]) -> "Occasions":
        """The occasions in those rows."""
        [rows], *products = [line for item in kept for line in unpacked(item["sums"])]
        return cls(rows, {code: (last, dict(days)) for code, last, days in products})


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table] | None:
    """A row for every product with a rhythm, and the occasions."""
    if any("total" in row and "products" not in row for row in rows):
        return None  # rows of the release before
    occasions = Occasions()
    for one in filter(None, map(contribution, rows)):
        occasions.add(one)
    return _rows(bucket, occasions, today=business_date(now))


def fold(bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime) -> Sequence[Table] | None:
    """The same rows, given the occasions as they are stored; None if orders are taken out."""
    change = net(change)
    if change.removed or not kept:
        return None
    occasions = Occasions.restored(kept)
    for one in change.added:
        occasions.add(one)
    return _rows(bucket, occasions, today=business_date(now))


def _rows(bucket: Bucket, occasions: Occasions, *, today: date) -> list[Table]:
    latest_first = sorted(occasions.rhythms(), key=lambda found: (found[1].last_order_date, found[0]), reverse=True)
    reorders = [_reorder(bucket.key, code, one, today=today) for code, one in latest_first[:MOST_PRODUCTS]]
    return [*reorders, *occasions.stored(bucket)]


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
    summarise=summarise,
    summary_tables=(Reorder, Sums),
    fold=Fold(contribution, fold, kept_in=(Sums,)),
    reads=READ_MODEL,
    interval=0.6,
    depends_on=("PACKPROD_TIME_ZONE",),
    version=BY_STATE_SINCE,
)
