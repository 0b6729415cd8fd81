"""Parked orders: broken rows that no read model can use, kept with reason and amount so that staff can see them.

The list has a row per parked order. Beside it their number and worth are kept by reason, in a few shards, so that
telling how many there are costs one query, however many there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from packprod.dynamodb.reads import Item, Partition, query_all
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution, number
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition, Walk
from packprod.readmodels.projection import PARKED, PARKED_COUNT, PARKED_KEY
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection, projection_item


@dataclass(frozen=True, slots=True)
class ParkedOrder:
    """The id of a parked order, and why it cannot be used: `reason` in full, `kind` without what is particular to it.

    `amount` is what it is worth; None where that cannot be read.
    """

    order_id: str
    reason: str
    kind: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class ParkedKind:
    """How many orders are parked for one reason, and what those are worth whose amount can be read."""

    kind: str
    orders: int
    amount: Decimal
    unreadable: int


@dataclass(frozen=True, slots=True)
class ParkedSummary:
    """All parked orders by reason, those with most orders first."""

    kinds: tuple[ParkedKind, ...]

    @property
    def orders(self) -> int:
        """How many are parked."""
        return sum(one.orders for one in self.kinds)

    @property
    def amount(self) -> Decimal:
        """What they are worth, as far as their amounts can be read."""
        return sum((one.amount for one in self.kinds), Decimal(0))

    @property
    def unreadable(self) -> int:
        """How many have no amount that can be read."""
        return sum(one.unreadable for one in self.kinds)


def summarise_shard(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The shard's numbers by reason, as a projection row beside those of the other shards."""
    return _shard_rows(bucket, _by_kind(rows))


def contribution(data: dict[str, Any]) -> Contribution:
    """What a parked order adds to its shard: the reason, and what it is worth, null where that cannot be read."""
    amount = data.get("amount")
    return [data["kind"], None if amount is None else number(amount)]


def fold_shard(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same row, given it as it is stored and what changes in it."""
    stored = [_kind_of(name, one) for item in kept for name, one in item["data"]["kinds"].items()]
    added = _by_kind({"kind": kind, "amount": amount} for kind, amount in change.added)
    removed = _by_kind({"kind": kind, "amount": amount} for kind, amount in change.removed)
    less = [ParkedKind(one.kind, -one.orders, -one.amount, -one.unreadable) for one in removed]
    return _shard_rows(bucket, _added([*stored, *added, *less]).values())


def _shard_rows(bucket: Bucket, kinds: Iterable[ParkedKind]) -> Sequence[Table]:
    data = {
        one.kind: {"orders": one.orders, "amount": one.amount, "unreadable": one.unreadable}
        for one in sorted(kinds, key=lambda one: one.kind)
        if one.orders
    }
    if not data:
        return []
    row = ProjectionRow(key=PARKED_KEY, row_id=bucket.key, data={"kinds": data})
    return [projection_item(PARKED_TOTALS.name, row, source_id=bucket.bucket_id)]


PARKED_SHARDS = ReadModel(
    name=PARKED_COUNT,
    summarise=summarise_shard,
    fold=Fold(contribution, fold_shard, kept_in=(Projection,)),
    interval=0.6,
    version=2,
)
PARKED_TOTALS = ReadModel(name="parked-totals")


def parked_summary() -> ParkedSummary:
    """The parked orders by reason, within seconds of a change; one query. Raises EngineUnavailable."""
    partition = Partition(Projection, hash=("bucket", bucket_id(PARKED_TOTALS.name, PARKED_KEY)))
    shards = [item["data"]["kinds"] for item in query_all(partition)]
    return _summary(_kind_of(name, one) for shard in shards for name, one in shard.items())


def summary_of(parked: Iterable[ParkedOrder]) -> ParkedSummary:
    """The same from the orders themselves."""
    return _summary(_by_kind({"kind": one.kind, "amount": one.amount} for one in parked))


def summary_lines(summary: ParkedSummary) -> Iterator[str]:
    """The summary as lines of text, for the terminal: all together, then each reason; none where nothing is parked."""
    if summary.kinds:
        yield f"parked, in no figure: {_in_words(summary)}"
        yield from (f"  {_in_words(one)}: {one.kind}" for one in summary.kinds)


def _in_words(one: ParkedSummary | ParkedKind) -> str:
    """75 orders worth 33,123.45 AUD (2 of an amount that cannot be read)."""
    count = f"{one.orders:,} order{'' if one.orders == 1 else 's'}"
    unreadable = f" ({one.unreadable:,} of an amount that cannot be read)" if one.unreadable else ""
    return f"{count} worth {one.amount:,.2f} {settings.PACKPROD_CURRENCY}{unreadable}"


def _by_kind(rows: Iterable[Mapping[str, Any]]) -> list[ParkedKind]:
    """One ParkedKind per reason, by name."""
    found = [
        ParkedKind(row["kind"], 1, Decimal(row.get("amount") or 0), int(row.get("amount") is None)) for row in rows
    ]
    return sorted(_added(found).values(), key=lambda one: one.kind)


def _added(parts: Iterable[ParkedKind]) -> dict[str, ParkedKind]:
    sums: dict[str, ParkedKind] = {}
    for one in parts:
        before = sums.get(one.kind, ParkedKind(one.kind, 0, Decimal(0), 0))
        sums[one.kind] = ParkedKind(
            one.kind, before.orders + one.orders, before.amount + one.amount, before.unreadable + one.unreadable
        )
    return sums


def _summary(parts: Iterable[ParkedKind]) -> ParkedSummary:
    return ParkedSummary(tuple(sorted(_added(parts).values(), key=lambda one: (-one.orders, one.kind))))


def _kind_of(name: str, row: Mapping[str, Any]) -> ParkedKind:
    return ParkedKind(name, int(row["orders"]), row["amount"], int(row["unreadable"]))


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


def _parked_order(item: Item) -> ParkedOrder:
    data = item["data"]
    kind = data.get("kind") or data["reason"].rstrip(".")  # a row of before kinds were kept, until it is derived again
    return ParkedOrder(item["sourceID"], data["reason"], kind, data.get("amount"))


def _bucket() -> tuple[str, str]:
    return ("bucket", bucket_id(PARKED.name, PARKED_KEY))
