"""Compares single figures of the product with those of SQL; a difference is a sentence."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from bench.exactness.facts import Found
from reports.figures.periods import Compare, Period

MONEY = ("revenue", "averageOrderValue", "cents")
Difference = str


def differ(what: str, said: dict[str, Any], expected: Found) -> Iterator[Difference]:
    """A difference for each figure of SQL that the product has differently."""
    for name, value in expected.items():
        seen = said.get(name)
        yield from equal(f"{what}: {name}", in_cents(seen) if name in MONEY and seen is not None else seen, value)


def equal(what: str, said: object, expected: object) -> Iterator[Difference]:
    """A difference unless both are equal."""
    if said != expected:
        yield f"{what}: the product says {str(said)[:200]}, SQL {str(expected)[:200]}"


def in_cents(money: Decimal) -> Decimal:
    """An amount in cents, as SQL has it."""
    return money * 100


def without(found: Found, *names: str) -> Found:
    """All figures but those named."""
    return {name: value for name, value in found.items() if name not in names}


def percent_of(part: int, whole: int) -> Decimal | None:
    """The part in percent with 1 decimal, rounded half up; None if the whole is 0."""
    return (Decimal(part * 100) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) if whole else None


def period_before(period: Period, compare: Compare) -> Period:
    """The period that a report is compared with."""
    return period.before() if compare == "previous" else period.year_before()
