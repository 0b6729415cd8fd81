"""The cards with the figures that matter most, each beside the same figure of the other period; and the customers by
segment."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from packprod.json_objects import to_plain
from packprod.money import percentage
from reports.comparison import Headline, HeadlineChange, SegmentCounts
from reports.export import LABELS
from reports.pages.formats import currency, number, percent
from reports.pages.links import Links
from reports.pages.parameters import PeriodParameters

FigureFormat = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class FigureChange:
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
    change: FigureChange | None = None
    url: str = ""
    note: str = ""


_FORMATS: dict[str, FigureFormat] = {"revenue": currency, "average_order_value": currency}
_OF_ORDERS = ("orders", "revenue", "units", "average_order_value")  # what a list of orders shows or adds up to


def cards(
    figures: Headline, before: Headline, change: HeadlineChange, params: PeriodParameters, links: Links
) -> list[Card]:
    """A card for every figure that has a change, with links to the orders of both periods.

    No list shows just the customers of a period, so their numbers lead nowhere.
    """
    url, before_url = (
        links.orders(period, product=params.product, segment=params.segment)
        for period in (params.period, params.compared)
    )
    found = []
    for name in change.__struct_fields__:
        link, before_link = (url, before_url) if name in _OF_ORDERS else ("", "")
        now, earlier, as_text = getattr(figures, name), getattr(before, name), _FORMATS.get(name, number)
        changed = figure_change(getattr(change, name), now, earlier, as_text, before_link)
        found.append(Card(LABELS[name], as_text(now), changed, link))
    return found


def figure_change(
    change: Decimal | None, now: Any, before: Any, as_text: FigureFormat, before_url: str = ""
) -> FigureChange | None:
    """How a figure changed; None where neither period has one. Of nothing there is no percentage: then it is new."""
    if now is None and before is None:
        return None
    if change is None:
        direction, text = ("up", "new") if now else ("same", "no change")
    else:
        direction = "up" if change > 0 else "down" if change < 0 else "same"
        text = percent(abs(change))
    return FigureChange(direction, text, as_text(before), before_url)


def segment_rows(segments: SegmentCounts, links: Links) -> list[dict[str, Any]]:
    """The segments as they stand now, with their share of all customers in percent."""
    counts = to_plain(segments)
    whole = sum(counts.values())
    return [
        {
            "name": name,
            "customers": customers,
            "share": percentage(customers, whole),
            "url": links.customers(segment=name),
        }
        for name, customers in counts.items()
    ]
