"""What a customer's orders come to: sums that are kept up by changes, and the orders at the ends.

Customers with more than MANY orders have them stored, so that an order more does not read all the others.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from customers.metrics import CountedOrder, Metrics
from orders.keys import SEPARATOR, time_key
from packprod.dates import business_date
from packprod.dynamodb.reads import Item
from packprod.months import month_of
from packprod.readmodels.changes import Contribution, number
from packprod.readmodels.columns import columns, unpacked
from packprod.readmodels.registry import Bucket, BucketEnds
from packprod.readmodels.tables import Sums

MANY = 100
FIELDS = ("name", "email", "company", "phone")
Names = tuple[str, str, str, str]
"""Name, e-mail, company and phone."""


def counted_contribution(order: CountedOrder) -> Contribution:
    """What an order that counts adds: sort key, reference, total, month, and the names on it."""
    key = f"{time_key(order.created_at)}{SEPARATOR}{order.order_id}"
    month = month_of(business_date(order.created_at))
    names = [order.name, order.email, order.company, order.phone]
    return [key, order.order_reference, number(order.total), month, *names]


def uncounted_contribution(names: Names) -> Contribution:
    """What an order that does not count adds: the names on it."""
    return ["", "", "0", "", *names]


def customer_metrics(orders: Iterable[CountedOrder], contact: Mapping[str, str]) -> Metrics:
    """The metrics of one or more counted orders, in any order (see `OrderSums.metrics`)."""
    return OrderSums.of(map(counted_contribution, orders)).metrics(contact)


@dataclass(slots=True)
class OrderSums:
    """`rows` counts all orders, `names` how many have these names on them; everything else is of those that count.

    `first` and `last` are sort keys. `latest` has for each field that any order says anything in, the sort key and the
    text of the latest that does; `said` counts them. `months` has the number of orders and the revenue by month.
    """

    rows: int = 0
    orders: int = 0
    spend: Decimal = Decimal(0)
    first: str = ""
    last: str = ""
    last_reference: str = ""
    latest: dict[str, tuple[str, str]] = field(default_factory=dict)
    said: Counter[str] = field(default_factory=Counter)
    names: Counter[Names] = field(default_factory=Counter)
    months: dict[str, tuple[int, Decimal]] = field(default_factory=dict)

    @classmethod
    def of(cls, contributions: Iterable[Contribution]) -> "OrderSums":
        """The sums of these orders."""
        sums = cls()
        for one in contributions:
            sums.add(one)
            sums.widen(one)
        return sums

    def add(self, one: Contribution, times: int = 1) -> None:
        """Adds what an order contributes, or takes it out with `times` −1; leaves the ends."""
        key, _, total, month, *names = one
        self.rows += times
        self.names[(names[0], names[1], names[2], names[3])] += times
        if key:
            orders, revenue = self.months.get(month, (0, Decimal(0)))
            self.months[month] = orders + times, revenue + times * Decimal(total)
            self.orders += times
            self.spend += times * Decimal(total)
            self.said.update({name: times for name, text in zip(FIELDS, names, strict=True) if text})

    def widen(self, one: Contribution) -> None:
        """Makes the order the first, the last, or the one that says a field's latest, if it is."""
        key, reference, _, _, *names = one
        if not key:
            return
        self.first = min(self.first or key, key)
        if key >= self.last:
            self.last, self.last_reference = key, reference
        for name, text in zip(FIELDS, names, strict=True):
            if text and key >= self.latest.get(name, ("", ""))[0]:
                self.latest[name] = key, text

    def is_at_an_end(self, one: Contribution) -> bool:
        """Whether an order that is taken out may have been at one of the ends."""
        return bool(one[0]) and one[0] in {self.first, self.last, *(key for key, _ in self.latest.values())}

    def look_at(self, ends: BucketEnds, contribution: Callable[[dict[str, Any]], Contribution]) -> bool:
        """Finds the orders at the ends among the stored rows, of which `contribution` gives what they add; False if
        there are none."""
        self.first = self.last = self.last_reference = ""
        self.latest = {}
        if self.orders:
            self.first = next((one[0] for one in map(contribution, ends.first()) if one[0]), "")
            for one in map(contribution, ends.last()):
                self.widen(one)
                if self.last and all(name in self.latest for name in FIELDS if self.said[name] > 0):
                    break
        return bool(self.first) or not self.orders

    def metrics(self, contact: Mapping[str, str]) -> Metrics:
        """The metrics of one or more counted orders. Name, e-mail, company and phone are those of the contact
        (`customers.contact_row`) where it has them, else those of the latest order that has them."""
        said = {name: contact.get(name) or self.latest.get(name, ("", ""))[1] for name in FIELDS}
        return Metrics(
            **said,
            order_count=self.orders,
            total_spend=self.spend,
            first_order_date=_instant(self.first),
            last_order_date=_instant(self.last),
            last_order_reference=self.last_reference,
        )

    def stored(self, bucket: Bucket) -> Iterator[Sums]:
        """The sums as rows; none for few orders, which are read faster."""
        if self.rows > MANY:
            for part, column in enumerate(columns(self._lines())):
                yield Sums(bucket.bucket_id, f"{part:02d}", client_id=settings.PACKPROD_CLIENT_ID, sums=column)

    def _lines(self) -> Iterator[list[Any]]:
        ends = [self.first, self.last, self.last_reference]
        yield ["sums", self.rows, self.orders, number(self.spend), *ends]
        for name in FIELDS:
            if self.said[name] > 0:
                yield ["said", name, self.said[name], *self.latest.get(name, ("", ""))]
        yield from (["names", count, *names] for names, count in sorted(self.names.items()) if count)
        months = ((month, *counted) for month, counted in sorted(self.months.items()) if counted[0])
        yield from (["month", month, orders, number(revenue)] for month, orders, revenue in months)

    @classmethod
    def restored(cls, kept: Iterable[Item]) -> "OrderSums":
        """The sums in those rows."""
        sums = cls()
        for kind, *values in (line for item in kept for line in unpacked(item["sums"])):
            match kind:
                case "sums":
                    sums.rows, sums.orders, spend, sums.first, sums.last, sums.last_reference = values
                    sums.spend = Decimal(spend)
                case "said":
                    name, count, key, text = values
                    sums.said[name], sums.latest[name] = count, (key, text)
                case "names":
                    count, name, email, company, phone = values
                    sums.names[(name, email, company, phone)] = count
                case "month":
                    month, orders, revenue = values
                    sums.months[month] = orders, Decimal(revenue)
        return sums


def _instant(key: str) -> datetime:
    return datetime.fromisoformat(key.partition(SEPARATOR)[0])
