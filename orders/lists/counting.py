"""How many orders there are by business day: by status, by what is odd about them, and by sender and time of day.

Days are summed up into months, so that a count over years reads a row a month and the days at its edges.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.oddities import BY_DAY, time_of_day
from orders.order import Order
from orders.statuses import ORDER_STATUSES, is_counted
from packprod.dates import DAY, business_zone, format_instant
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.dynamodb.tables import Table
from packprod.months import month_end, month_of, month_start, next_month
from packprod.readmodels.changes import Change, Contribution
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection, projection_item

ALL = "all"
MOST_SENDERS = 20  # of a day or month; a writer may name each order's source differently
_TEXT_LENGTH = 100  # other writers set no limit
_FIRST, _LAST = "0000", "9999"  # around every month
_REMEMBERED_SECONDS = 60.0


@dataclass(slots=True)
class Tally:
    """Numbers of orders: by status; by oddity; by sender and time of day (see `orders.oddities.time_of_day`)."""

    statuses: Counter[str] = field(default_factory=Counter)
    odd: Counter[str] = field(default_factory=Counter)
    senders: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, data: dict[str, Any]) -> None:
        """Adds the numbers in a stored row."""
        self.statuses.update(_numbers(data["counts"]))
        self.odd.update(_numbers(data.get("odd", {})))
        for sender, times in data.get("senders", {}).items():
            self.senders.setdefault(sender, Counter()).update(_numbers(times))

    def count(self, one: Contribution, times: int = 1) -> None:
        """Counts an order, or takes it out with `times` −1."""
        status, sender, odd, time_of = one
        self.statuses[status] += times
        for name in odd:
            self.odd[name] += times
        if sender:
            self.senders.setdefault(sender, Counter())[time_of] += times

    def as_data(self) -> dict[str, Any]:
        """The numbers as a row's data; of the senders those with most orders."""
        by_orders = sorted(self.senders, key=lambda sender: (-self.senders[sender].total(), sender))
        senders = [sender for sender in by_orders if self.senders[sender].total()][:MOST_SENDERS]
        data: dict[str, Any] = {"counts": _sorted(self.statuses)}
        if odd := _sorted(self.odd):
            data["odd"] = odd
        if senders:
            data["senders"] = {sender: _sorted(self.senders[sender]) for sender in sorted(senders)}
        return data


def _numbers(stored: dict[str, Any]) -> dict[str, int]:
    return {name: int(count) for name, count in stored.items()}


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return {name: counter[name] for name in sorted(counter) if counter[name]}


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per order in its business day, also for the figures of the day (`reports.figures`). Most
    orders are not odd, and made by day."""
    local = order.created_at.astimezone(business_zone())
    data: dict[str, Any] = {"status": order.status[:_TEXT_LENGTH]}
    if order.source:
        data["source"] = order.source[:_TEXT_LENGTH]
    if order.odd:
        data["odd"] = list(order.odd)
    if (time_of := time_of_day(order.created_at)) != BY_DAY:
        data["time"] = time_of
    if is_counted(order.status):
        data |= _figures(order, hour=local.hour)
    return [ProjectionRow(key=local.date().isoformat(), row_id=order.order_id, data=data)]


def _figures(order: Order, *, hour: int) -> dict[str, Any]:
    products: dict[str, dict[str, Any]] = {}
    for item in order.items:
        code = item.product_code
        one = products.setdefault(code, {"code": code, "units": Decimal(0), "revenue": Decimal(0), "description": ""})
        one["units"] += item.quantity
        one["revenue"] += item.line_total
        one["description"] = item.description or one["description"]
    return {
        "total": order.total,
        "contactID": order.contact_id,
        "hour": hour,
        "createdAt": format_instant(order.created_at),
        "products": list(products.values()),
    }


def contribution(data: dict[str, Any]) -> Contribution:
    """What an order adds to the numbers of its day, and of the month above it."""
    return [data["status"], data.get("source", ""), list(data.get("odd", ())), data.get("time", BY_DAY)]


def summarise_day(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The day's numbers, a projection row of its month."""
    tally = Tally()
    for row in rows:
        tally.count(contribution(row))
    return _upward(ORDER_COUNT_MONTHS, bucket, month_of(date.fromisoformat(bucket.key)), tally)


def fold_day(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same row, given it as it is stored and what changes in it."""
    month = month_of(date.fromisoformat(bucket.key))
    return _folded(ORDER_COUNT_MONTHS, bucket, month, kept, change)


def summarise_month(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The month's numbers, a projection row among all months."""
    return _upward(ORDER_COUNTS, bucket, ALL, _added(rows))


def fold_month(
    bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime
) -> Sequence[Table] | None:
    """The same row, given it as it is stored and what changes in it."""
    return _folded(ORDER_COUNTS, bucket, ALL, kept, change)


def _folded(model: ReadModel, bucket: Bucket, key: str, kept: list[Item], change: Change) -> Sequence[Table] | None:
    """None where senders were left out: how many orders those have is known only by all orders together."""
    tally = _added(item["data"] for item in kept)
    if not kept or len(tally.senders) >= MOST_SENDERS:
        return None
    for one in change.added:
        tally.count(one)
    for one in change.removed:
        tally.count(one, -1)
    return None if len(tally.senders) > MOST_SENDERS else _upward(model, bucket, key, tally)


def _upward(model: ReadModel, bucket: Bucket, key: str, tally: Tally) -> Sequence[Table]:
    data = tally.as_data()
    if not data["counts"]:
        return []
    return [projection_item(model.name, ProjectionRow(key, bucket.key, data), source_id=bucket.bucket_id)]


def _added(rows: Iterable[dict[str, Any]]) -> Tally:
    total = Tally()
    for row in rows:
        total.add(row)
    return total


def order_counts(*, first: date | None, last: date | None) -> Counter[str]:
    """How many orders each status has from the first to the last business day, both inclusive; None: no bound."""
    return order_tally(first=first, last=last).statuses


def order_tally(*, first: date | None, last: date | None) -> Tally:
    """The same by status, by oddity and by sender."""
    return _added(_pieces(first, last))


def tallies_by_month() -> list[Tally]:
    """The numbers of every month that has orders, the newest first; one query."""
    return [_added([row]) for row in _read(ORDER_COUNTS, ALL, _FIRST, _LAST)][::-1]


_remembered: dict[str, tuple[float, list[str]]] = {}


def foreign_statuses() -> list[str]:
    """The stored statuses that are not ours, by name; read once a minute in a process. Raises EngineUnavailable."""
    client = settings.PACKPROD_CLIENT_ID
    until, statuses = _remembered.get(client, (0.0, []))
    if time.monotonic() >= until:
        counts = order_counts(first=None, last=None)
        statuses = sorted(status for status in counts if counts[status] > 0 and status not in ORDER_STATUSES)
        _remembered[client] = (time.monotonic() + _REMEMBERED_SECONDS, statuses)
    return statuses


def _pieces(first: date | None, last: date | None) -> Iterator[dict[str, Any]]:
    """Months where they are whole, days at the edges; nothing where the last day lies before the first."""
    if first and last and first > last:
        return
    if first and last and month_of(first) == month_of(last):
        yield from _days(first, last)
        return
    if first and first.day > 1:
        yield from _days(first, None)
        first = next_month(first)
    if last and last != month_end(last):
        yield from _days(None, last)
        last = month_start(last) - DAY
    low = month_of(first) if first else _FIRST
    high = month_of(last) if last else _LAST
    if low <= high:
        yield from _read(ORDER_COUNTS, ALL, low, high)


def _days(first: date | None, last: date | None) -> Iterator[dict[str, Any]]:
    """The days of one month from the first on, or up to the last."""
    month = month_of(first or last or date.min)
    low = first.isoformat() if first else month
    return _read(ORDER_COUNT_MONTHS, month, low, last.isoformat() if last else f"{month}-99")


def _read(model: ReadModel, key: str, low: str, high: str) -> Iterator[dict[str, Any]]:
    days = Range("rowID", "between", low, high)
    partition = Partition(Projection, hash=("bucket", bucket_id(model.name, key)), range=days)
    return (item["data"] for item in query_all(partition))


_ZONE = ("PACKPROD_TIME_ZONE",)
ORDER_COUNT_DAYS = ReadModel(
    name="order-count-day",
    project=project,
    summarise=summarise_day,
    fold=Fold(contribution, fold_day, kept_in=(Projection,)),
    interval=0.6,
    depends_on=_ZONE,
    version=3,
)
ORDER_COUNT_MONTHS = ReadModel(
    name="order-count-month",
    summarise=summarise_month,
    fold=Fold(None, fold_month, kept_in=(Projection,)),
    depends_on=_ZONE,
    version=3,
)
ORDER_COUNTS = ReadModel(name="order-count", depends_on=_ZONE, version=2)
