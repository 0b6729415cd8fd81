"""Sums by product or by customer as arrays: read from the stored columns, added up, ranked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from packprod.readmodels.columns import unpacked
from packprod.readmodels.ordinals import Mask, Numbering, Ordinals, are_chosen
from reports.figures.amounts import Amounts, added_by, amounts_of, joined
from reports.figures.sums import Sum

_OBJECT_BYTES = 32  # of a Python integer in an array that holds such


@dataclass(frozen=True, slots=True)
class Column:
    """A stored column of sums (see `reports.figures.sums`) as arrays beside each other, by ordinal, each one once."""

    keys: Ordinals
    units: Amounts
    revenue: Amounts
    orders: NDArray[np.int64]
    descriptions: Ordinals

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        amounts = (self.units, self.revenue)
        arrays: list[NDArray[Any]] = [self.keys, self.orders, self.descriptions, *(one.numbers for one in amounts)]
        objects = sum(len(one) for one in amounts if one.numbers.dtype == object)
        return sum(one.nbytes for one in arrays) + objects * _OBJECT_BYTES + sum(map(len, amounts)) + 1_000

    def among(self, chosen: Mask) -> "Column":
        """The sums of those keys alone that are True in `chosen`, which is by ordinal."""
        kept = are_chosen(self.keys, chosen)
        amounts = self.units.taken(kept), self.revenue.taken(kept)
        return Column(self.keys[kept], *amounts, self.orders[kept], self.descriptions[kept])


PRODUCTS = Numbering()
DESCRIPTIONS = Numbering()


def column_of(packed: bytes, numbering: Numbering) -> Column:
    """The column that `Sums.packed` made."""
    keys, units, revenues, orders, descriptions = unpacked(packed)
    ordinals = numbering.ordinals(keys)
    order = np.argsort(ordinals)
    described = DESCRIPTIONS.ordinals(descriptions)
    return Column(
        ordinals[order],
        amounts_of(units).taken(order),
        amounts_of(revenues).taken(order),
        np.array(orders, np.int64)[order],
        described[order],
    )


class KeySums:
    """The sums by key of columns that are given in the order of time. Each figure is added up when it is first read.

    Its arrays lie beside `keys`: the ordinals that occur, in ascending order.
    """

    def __init__(self, columns: Sequence[Column], numbering: Numbering) -> None:
        self._columns, self._numbering = columns, numbering

    def among(self, chosen: Mask) -> "KeySums":
        """The sums of those keys alone that are True in `chosen`, which is by ordinal."""
        return KeySums([one.among(chosen) for one in self._columns], self._numbering)

    @cached_property
    def keys(self) -> Ordinals:
        """The ordinals that occur."""
        occurs = np.zeros(self._size, np.bool_)
        occurs[self._all_keys] = True
        return np.flatnonzero(occurs).astype(np.int32)

    @cached_property
    def units(self) -> Amounts:
        """Units by key."""
        return self._added([one.units for one in self._columns])

    @cached_property
    def revenue(self) -> Amounts:
        """Revenue by key."""
        return self._added([one.revenue for one in self._columns])

    @cached_property
    def orders(self) -> NDArray[np.int64]:
        """Orders by key."""
        sums = np.zeros(self._size, np.int64)
        if self._columns:
            np.add.at(sums, self._all_keys, np.concatenate([one.orders for one in self._columns]))
        return sums[self.keys]

    @cached_property
    def descriptions(self) -> Ordinals:
        """The latest description of each key, as its ordinal; that of "" where none has one."""
        nothing = DESCRIPTIONS.ordinal("")
        latest = np.full(self._size, nothing, np.int32)
        for one in self._columns:
            given = one.descriptions != nothing
            latest[one.keys[given]] = one.descriptions[given]
        return latest[self.keys]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def texts(self) -> list[str]:
        """The keys themselves."""
        return list(map(self._numbering.text, self.keys.tolist()))

    def text(self, position: int) -> str:
        """The key at a position."""
        return self._numbering.text(int(self.keys[position]))

    def sum_at(self, position: int) -> Sum:
        """The sums at a position."""
        description = DESCRIPTIONS.text(int(self.descriptions[position]))
        return Sum(
            self.units.decimal(position), self.revenue.decimal(position), int(self.orders[position]), description
        )

    def ranked(self, most: int | None = None) -> list[int]:
        """The positions by most revenue, then by key as text; at most so many."""
        revenue = self.revenue.numbers
        candidates = np.arange(len(self))
        if most is not None and 0 < most < len(self):
            bound = np.partition(revenue, len(self) - most)[len(self) - most]
            candidates = np.flatnonzero(revenue >= bound)
        positions: list[int] = candidates.tolist()
        texts = map(self._numbering.text, self.keys[candidates].tolist())
        order = sorted(zip((-revenue[candidates]).tolist(), texts, positions, strict=True))
        return [position for _, _, position in order[:most]]

    def positions_of(self, other: "KeySums") -> NDArray[np.int64]:
        """Where each key of another stands here; the length of this where it does not."""
        if len(self) == 0:
            return np.zeros(len(other), np.int64)
        places = np.searchsorted(self.keys, other.keys)
        occurs = self.keys[np.minimum(places, len(self) - 1)] == other.keys
        return np.where(occurs, places, len(self))

    def _added(self, parts: Sequence[Amounts]) -> Amounts:
        return added_by(self._all_keys, joined(parts), self._size).taken(self.keys)

    @cached_property
    def _all_keys(self) -> Ordinals:
        return np.concatenate([one.keys for one in self._columns]) if self._columns else np.zeros(0, np.int32)

    @cached_property
    def _size(self) -> int:
        return int(self._all_keys.max(initial=-1)) + 1


class UnreadSums(KeySums):
    """Sums whose columns were not read: reading them is a mistake in the program and raises LookupError."""

    def __init__(self) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        raise LookupError("This column was not read.")
