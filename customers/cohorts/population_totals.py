"""How many customers there are, how many began on each day, and how many are in each segment: counts that add up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from packprod.readmodels.changes import Change, Contribution
from packprod.readmodels.columns import packed, unpacked


@dataclass(slots=True)
class PopulationTotals:
    """`repeat_customers` ordered twice or more. `first` counts first orders by day; `changes` has for "2025-01-15 New"
    how many more customers are in that segment from that day on."""

    customers: int = 0
    repeat_customers: int = 0
    first: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)

    def change(self, change: Change) -> None:
        """Adds the customers that a change puts in, and takes out those that it takes out."""
        for one in change.added:
            self.add(one)
        for one in change.removed:
            self.add(one, -1)

    def add(self, one: Contribution, times: int = 1) -> None:
        """Adds a customer (see `cohorts.read_model.cohort_contribution`): +1 where a segment begins, −1 there for the
        segment before it."""
        first, segments, orders, _ = one
        self.customers += times
        self.repeat_customers += times * (orders > 1)
        self.first[first] += times
        before = ""
        for day, name in segments:
            self.changes[f"{day} {name}"] += times
            if before:
                self.changes[f"{day} {before}"] -= times
            before = name

    def add_stored(self, data: Mapping[str, Any]) -> None:
        """Adds what `data` gave."""
        self.customers += int(data["customers"])
        self.repeat_customers += int(data["repeatCustomers"])
        self.first.update(dict(unpacked(data["first"])))
        self.changes.update(dict(unpacked(data["changes"])))

    def data(self) -> dict[str, Any]:
        """As it is stored."""
        counts = {"customers": self.customers, "repeatCustomers": self.repeat_customers}
        return {**counts, "first": _column(self.first), "changes": _column(self.changes)}


def _column(counter: Counter[str]) -> bytes:
    """Packed, because a map of several years' days would not fit into an item."""
    return packed([(key, counter[key]) for key in sorted(counter) if counter[key]])
