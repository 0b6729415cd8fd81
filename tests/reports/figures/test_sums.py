"""Sums stay packed until they are asked for, and what was not read is never taken for nothing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from reports.figures.sums import Sum, Sums


def some(key: str, revenue: str, description: str = "") -> Sums:
    sums = Sums()
    sums[key] = Sum(Decimal(1), Decimal(revenue), 1, description)
    return sums


def test_packed_and_unpacked_add_up_alike() -> None:
    parts = [some("A", "1.50", "old"), some("B", "2"), some("A", "0.25", "new"), some("A", "3", "")]
    plain, packed, mixed = Sums(), Sums(), Sums()
    for number, part in enumerate(parts):
        plain.add(part)
        packed.add(Sums(part.packed()))
        mixed.add(part if number % 2 else Sums(part.packed()))
    assert dict(plain) == dict(packed) == dict(mixed)
    assert packed["A"] == Sum(Decimal(3), Decimal("4.75"), 3, "new")
    assert list(packed.packed()) == list(plain.packed())


def test_adding_leaves_the_other_alone() -> None:
    total, one = Sums(), some("A", "1")
    total.add(one)
    total.add(one)
    assert (total["A"].orders, one["A"].orders) == (2, 1)


@pytest.mark.parametrize("ask", [len, list, lambda sums: sums["A"], lambda sums: sums.get("A")])
def test_a_column_that_was_not_read_says_so(ask: Callable[[Sums], Any]) -> None:
    total = some("A", "1")
    total.add(Sums(unread=True))
    with pytest.raises(LookupError, match="not read"):
        ask(total)
