"""How what the product says is held against what SQL says."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bench.exactness.facts import Found
from reports.figures.periods import Compare, Period

MONEY = ("revenue", "averageOrderValue", "cents")
Difference = str


def differ(what: str, said: dict[str, Any], expected: Found) -> Iterator[Difference]:
    """Every figure that SQL has."""
    for name, value in expected.items():
        seen = said.get(name)
        yield from equal(f"{what}: {name}", in_cents(seen) if name in MONEY and seen is not None else seen, value)


def equal(what: str, said: object, expected: object) -> Iterator[Difference]:
    """A sentence, unless they are the same."""
    if said != expected:
        yield f"{what}: the product says {str(said)[:200]}, SQL {str(expected)[:200]}"


def in_cents(money: Decimal) -> Decimal:
    """An amount as SQL holds it."""
    return money * 100


def without(found: Found, *names: str) -> Found:
    """The other figures."""
    return {name: value for name, value in found.items() if name not in names}


def percent_of(part: int, whole: int) -> Decimal | None:
    """In percent with 1 decimal, half up; None of nothing."""
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def period_before(period: Period, compare: Compare) -> Period:
    """What a report of the period is compared with."""
    return period.before() if compare == "previous" else period.year_before()
