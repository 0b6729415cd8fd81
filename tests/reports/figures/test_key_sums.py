"""Sums by key as arrays equal those of dictionaries, whatever was numbered first."""

import random
from decimal import Decimal

import pytest

from packprod.readmodels.ordinals import Numbering, mask
from reports.figures.key_sums import KeySums, UnreadSums, column_of
from reports.figures.sums import Sum, Sums

KEYS = [f"K-{number}" for number in range(12)]


def some_days(chance: random.Random) -> list[Sums]:
    days = []
    for _ in range(8):
        day = Sums()
        for key in chance.sample(KEYS, chance.randint(0, len(KEYS))):
            units, revenue = (
                Decimal(chance.randint(1, 9_000)) / chance.choice((1, 2, 8)),
                Decimal(chance.randint(-500, 500)),
            )
            day[key] = Sum(units, revenue / 100, chance.randint(1, 3), chance.choice(("", "old", "new")))
        days.append(day)
    return days


@pytest.mark.parametrize("seed", range(20))
def test_arrays_add_up_like_dictionaries(seed: int) -> None:
    chance = random.Random(seed)
    days = some_days(chance)
    expected = Sums()
    for day in days:
        expected.add(Sums(day.packed()))
    numbering = Numbering()
    numbering.ordinals(chance.sample(KEYS, 5))
    found = KeySums([column_of(column, numbering) for day in days for column in day.packed()], numbering)
    assert {found.text(at): found.sum_at(at) for at in range(len(found))} == dict(expected)
    ranked = sorted(expected, key=lambda key: (-expected[key].revenue, key))
    for most in (None, 1, 3, 100):
        assert [found.text(at) for at in found.ranked(most)] == ranked[:most]
    some = chance.sample(KEYS, 4)
    chosen = found.among(mask(numbering.ordinals(some)))
    assert {chosen.text(at): chosen.sum_at(at) for at in range(len(chosen))} == {
        key: one for key, one in expected.items() if key in some
    }


def test_ties_are_ranked_by_key() -> None:
    day, numbering = Sums(), Numbering()
    numbering.ordinals(sorted(KEYS, reverse=True))
    for key in KEYS:
        day[key] = Sum(Decimal(1), Decimal("2.50"), 1)
    found = KeySums([column_of(column, numbering) for column in day.packed()], numbering)
    assert [found.text(at) for at in found.ranked(3)] == sorted(KEYS)[:3]


def test_what_was_not_read_is_never_taken_for_nothing() -> None:
    for read in (len, lambda sums: sums.revenue, lambda sums: sums.ranked()):
        with pytest.raises(LookupError, match="not read"):
            read(UnreadSums())
