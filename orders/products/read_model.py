"""The read model by product: a row per order and product (the list of a product's orders), and their sums."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.keys import KEY_LENGTH, SEPARATOR, newest_first_key
from orders.order import Order
from orders.products.tables import Product
from orders.statuses import is_counted
from packprod.dates import format_instant, sortable
from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution, number
from packprod.readmodels.columns import columns, unpacked
from packprod.readmodels.lists.search_index import SearchEntry, search_entries
from packprod.readmodels.lists.search_query import code_key
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel
from packprod.readmodels.tables import Sums
from packprod.text import caseless, words

SEARCH_KIND = "product"
CODE_KIND = "code"
PARTNERS = 10
LARGEST_BASKET = 100  # a price list or a stock-take says nothing of what goes together, and names grow by its square
_OFFSET = 10**18  # keeps sort keys positive where other writers booked credits


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per product of an order, its lines added up; orders that do not count have theirs too."""
    counted = is_counted(order.status)
    common = {"counted": counted, "createdAt": format_instant(order.created_at)}
    rows = _sums(order)
    basket = frozenset(rows) if counted and len(rows) <= LARGEST_BASKET else frozenset()
    return [
        ProjectionRow(key=code, row_id=newest_first_key(order), data={**common, **row, **_partners(code, basket)})
        for code, row in rows.items()
    ]


def _sums(order: Order) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for item in order.items:
        row = rows.setdefault(item.product_code[:KEY_LENGTH], {"units": Decimal(0), "revenue": Decimal(0)})
        row["units"] += item.quantity
        row["revenue"] += item.line_total
        row["description"] = item.description or row.get("description", "")
    return rows


def _partners(code: str, basket: frozenset[str]) -> dict[str, frozenset[str]]:
    """The other products of the order, as a set: small in the row, quick to read. DynamoDB knows no empty one."""
    others = basket - {code}
    return {"partners": others} if others else {}


def contribution(data: dict[str, Any]) -> Contribution:
    """What a projection row adds to the sums of its product: nothing but itself if the order does not count."""
    if not data["counted"]:
        return []
    units, revenue = number(data["units"]), number(data["revenue"])
    return [data["createdAt"], units, revenue, data["description"], sorted(data.get("partners", ()))]


@dataclass(slots=True)
class ProductSums:
    """What the orders of a product come to. `rows` counts all of them, everything else only those that count.

    `first`, `last` and `described_at`, that of the latest order with a description, are instants as text. `partners`
    counts the orders that each other product shares with this one.
    """

    rows: int = 0
    orders: int = 0
    units: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)
    first: str = ""
    last: str = ""
    described_at: str = ""
    description: str = ""
    partners: Counter[str] = field(default_factory=Counter)

    def add(self, one: Contribution, times: int = 1) -> None:
        """Adds what an order contributes, or takes it out with `times` −1; leaves first, last and description."""
        self.rows += times
        if one:
            _, units, revenue, _, partners = one
            self.orders += times
            self.units += times * Decimal(units)
            self.revenue += times * Decimal(revenue)
            for code in partners:
                self.partners[code] += times

    def widen(self, one: Contribution) -> None:
        """Makes the order the first, the last or the describing one if it is."""
        if one:
            at, _, _, description, _ = one
            self.first = min(self.first or at, at, key=sortable)
            self.last = max(self.last, at, key=sortable)
            if description and sortable(at) >= sortable(self.described_at):
                self.described_at, self.description = at, description

    def is_at_an_end(self, one: Contribution) -> bool:
        """Whether an order that is taken out may have been the first, the last or the describing one."""
        return bool(one) and one[0] in (self.first, self.last, self.described_at)

    def contradicts(self, one: Contribution) -> bool:
        """Whether an order is of the very instant of the describing one, with another description."""
        return bool(one) and one[0] == self.described_at and one[3] not in ("", self.description)

    def look_at(self, ends: BucketEnds) -> bool:
        """Finds the first, the last and the describing order among the stored rows; False if there are none."""
        self.first = self.last = self.described_at = self.description = ""
        if self.orders:
            self.first = next((one[0] for one in map(contribution, ends.first()) if one), "")
            for one in filter(None, map(contribution, ends.last())):
                self.widen(one)
                if self.description:
                    break
        return bool(self.first) or not self.orders

    def stored(self, bucket: Bucket) -> Iterator[Sums]:
        """The sums as rows."""
        numbers = (self.rows, self.orders, number(self.units), number(self.revenue))
        header = [*numbers, self.first, self.last, self.described_at, self.description]
        partners = ([code, count] for code, count in sorted(self.partners.items()) if count)
        for part, column in enumerate(columns([header, *partners])):
            yield Sums(bucket.bucket_id, f"{part:02d}", client_id=settings.PACKPROD_CLIENT_ID, sums=column)

    @classmethod
    def restored(cls, kept: Iterable[Item]) -> "ProductSums":
        """The sums in those rows."""
        header, *partners = [row for item in kept for row in unpacked(item["sums"])]
        rows, orders, units, revenue, *texts = header
        first, last, described_at, description = texts
        counted = Counter(dict(partners))
        return cls(
            rows, orders, Decimal(units), Decimal(revenue), first, last, described_at, description, partners=counted
        )


def bought_together(partners: Counter[str]) -> dict[str, int]:
    """The PARTNERS products that most of the orders hold too, with how many do; of equals the first by code."""
    shared = ((code, count) for code, count in partners.items() if count)
    return dict(sorted(shared, key=lambda pair: (-pair[1], pair[0]))[:PARTNERS])


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The product's row, its sums and its search entries; for a product of which nothing counts only the entry of its
    code, by which its orders are found."""
    sums = ProductSums()
    for row in rows:
        one = contribution(row)
        sums.add(one)
        sums.widen(one)
    return _rows(bucket, sums)


def fold(bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime) -> Sequence[Table] | None:
    """The same rows, given the sums as they are stored and what changes in them."""
    if not kept:
        return None
    sums = ProductSums.restored(kept)
    unclear = any(map(sums.contradicts, change.added))
    for one in change.added:
        sums.add(one)
        sums.widen(one)
    for one in change.removed:
        unclear |= sums.is_at_an_end(one)
        sums.add(one, -1)
    if unclear and not sums.look_at(ends):
        return None
    return _rows(bucket, sums)


def _rows(bucket: Bucket, sums: ProductSums) -> list[Table]:
    if not sums.rows:
        return []
    code = bucket.key
    entries = search_entries(CODE_KIND, code, [code_key(code)])
    if not sums.orders:
        return [*sums.stored(bucket), *entries]
    words_of_product = search_entries(SEARCH_KIND, code, words(code, sums.description))
    return [_product(code, sums), *sums.stored(bucket), *entries, *words_of_product]


def _product(code: str, sums: ProductSums) -> Product:
    return Product(
        product_id(code),
        client_id=settings.PACKPROD_CLIENT_ID,
        product_code=code,
        description=sums.description,
        units=sums.units,
        revenue=sums.revenue,
        orders=sums.orders,
        first_order_date=sums.first,
        last_order_date=sums.last,
        bought_together=bought_together(sums.partners),
        by_revenue=f"{_OFFSET + int(sums.revenue * 10_000):020d}{SEPARATOR}{code}",
        by_units=f"{_OFFSET + int(sums.units * 10_000):020d}{SEPARATOR}{code}",
        by_orders=f"{sums.orders:010d}{SEPARATOR}{code}",
        by_product_code=f"{caseless(code)}{SEPARATOR}{code}",
    )


def product_id(product_code: str) -> str:
    """The key of a product's row: client and code."""
    return f"{settings.PACKPROD_CLIENT_ID}#{product_code}"


PRODUCTS = ReadModel(
    name="product",
    project=project,
    summarise=summarise,
    summary_tables=(Product, SearchEntry, Sums),
    fold=Fold(contribution, fold, kept_in=(Sums,)),
    version=6,
)
