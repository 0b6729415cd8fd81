"""Figures as the report pages show them; a dash where there is none."""

from decimal import Decimal

from packprod.admin import formats

NOTHING = "–"


def currency(amount: Decimal | None) -> str:
    """An amount in the business currency."""
    return NOTHING if amount is None else formats.currency(amount)


def number(value: Decimal | int | None) -> str:
    """A count with grouped digits."""
    return NOTHING if value is None else formats.number(value)


def ratio(value: Decimal | None) -> str:
    """`2.82`, `7.60`: so many per one."""
    return NOTHING if value is None else f"{value:,.2f}"


def percent(value: Decimal | float | None) -> str:
    """`12.3 %`, `4.0 %`: as everywhere, 1 decimal."""
    return NOTHING if value is None else formats.percent(Decimal(value))


def signed_percent(value: Decimal | None) -> str:
    """`+12.3 %`, `−4.0 %`, with a sign that is as wide as the plus."""
    if value is None:
        return NOTHING
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{formats.percent(abs(value))}"


def milliseconds(value: float | None) -> str:
    """`12.3 ms`, whole from 100 on."""
    if value is None:
        return NOTHING
    return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms"
