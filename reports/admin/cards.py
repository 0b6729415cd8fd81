"""The cards with the figures that matter most, each beside the same figure of the other period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.formats import currency, number

Format = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Change:
    """`direction` up, down or same; said in words too, as neither colour nor arrow reaches everybody."""

    direction: str
    text: str
    before: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure; `url` leads to what is behind it."""

    label: str
    value: str
    change: Change | None = None
    url: str = ""
    note: str = ""


FIGURES: tuple[tuple[str, str, Format], ...] = (
    ("orders", "Orders", number),
    ("revenue", "Revenue", currency),
    ("units", "Units", number),
    ("averageOrderValue", "Average order value", currency),
    ("customers", "Customers", number),
    ("newCustomers", "New customers", number),
    ("returningCustomers", "Returning customers", number),
)


def cards(now: Mapping[str, Any], before: Mapping[str, Any], change: Mapping[str, Any], *, url: str = "") -> list[Card]:
    """A card for every figure that the report has."""
    return [
        Card(label, form(now[name]), change_of(change[name], now[name], before[name], form), url)
        for name, label, form in FIGURES
        if name in now
    ]


def change_of(percent: Decimal | None, now: Any, before: Any, form: Format) -> Change:
    """How a figure moved. There is no percentage of nothing: then it says what came up instead."""
    was = form(before)
    if percent is None:
        return Change("up", "new", was) if now else Change("same", "0 %", was)
    direction = "up" if percent > 0 else "down" if percent < 0 else "same"
    return Change(direction, f"{number(abs(percent))} %", was)
