"""The cards with the figures that matter most, each beside the same figure of the other period."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reports.pages.formats import currency, number, percent
from reports.pages.links import Links
from reports.pages.parameters import PeriodParameters

FigureFormat = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Change:
    """`direction` up, down or same; said in words too, as neither colour nor arrow reaches everybody."""

    direction: str
    text: str
    before: str
    before_url: str


@dataclass(frozen=True, slots=True)
class Card:
    """One figure; `url` leads to what is behind it."""

    label: str
    value: str
    change: Change | None = None
    url: str = ""
    note: str = ""


FIGURES: tuple[tuple[str, str, FigureFormat], ...] = (
    ("orders", "Orders", number),
    ("revenue", "Revenue", currency),
    ("units", "Units", number),
    ("averageOrderValue", "Average order value", currency),
    ("customers", "Customers", number),
    ("newCustomers", "New customers", number),
    ("returningCustomers", "Returning customers", number),
)


OF_ORDERS = ("orders", "revenue", "units", "averageOrderValue")  # what a list of orders shows or adds up to


def cards(
    report: Mapping[str, Any], asked: PeriodParameters, links: Links, *, change: Mapping[str, Decimal | None]
) -> list[Card]:
    """A card for every figure that the report has, with links to the orders of both periods.

    No list shows just the customers of a period, so their numbers lead nowhere.
    """
    before = report["previous"]
    url, before_url = (
        links.orders(period, product=asked.product, segment=asked.segment) for period in (asked.period, asked.compared)
    )
    return [
        Card(label, shown(report[name]), moved(change[name], report[name], before[name], shown, before_link), link)
        for name, label, shown in FIGURES
        if name in report
        for link, before_link in [(url, before_url) if name in OF_ORDERS else ("", "")]
    ]


def moved(change: Decimal | None, now: Any, before: Any, shown: FigureFormat, before_url: str = "") -> Change | None:
    """How a figure moved; None where neither period has one. Of nothing there is no percentage: then it is new."""
    if now is None and before is None:
        return None
    if change is None:
        direction, text = ("up", "new") if now else ("same", "no change")
    else:
        direction = "up" if change > 0 else "down" if change < 0 else "same"
        text = percent(abs(change))
    return Change(direction, text, shown(before), before_url)
