"""The parts of the page Statistics; of a period each figure stands beside that of the period it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from packprod.money import percentage
from reports.admin.asked import Asked, AskedPeriod
from reports.admin.cards import Card, Format, moved
from reports.admin.charts import Chart, Line, bar_chart
from reports.admin.filter_bar import COMPARE_LABELS
from reports.admin.links import Links
from reports.figure_rows import HOURS, LABELS, WEEKDAYS
from reports.formats import currency, number, ratio
from reports.formats import percent as percent_text
from reports.periods import Period
from reports.statistics import FIGURES

Report = Mapping[str, Any]
_FORMATS: dict[str, Format] = {
    "revenue": currency,
    "averageOrderValue": currency,
    "medianOrderValue": currency,
    "repeatRate": percent_text,
    "ordersPerCustomer": ratio,
}
_NOTES = {"medianOrderValue": "accurate within 0.5 %", "repeatRate": "of customers ordered twice or more"}


@dataclass(frozen=True, slots=True)
class Distribution:
    """Orders by something, as a chart and as the rows of its table."""

    chart: Chart
    rows: Sequence[dict[str, Any]]


def cards(report: Report, asked: Asked, links: Links) -> list[Card]:
    """A card for every figure that is one number."""
    return [_card(name, report, asked, links) for name in FIGURES]


def _card(name: str, report: Report, asked: Asked, links: Links) -> Card:
    shown, label = _FORMATS.get(name, number), LABELS[name].removesuffix(" (%)")
    if not isinstance(asked, AskedPeriod):
        url = {"orders": links.orders(), "revenue": links.orders(), "customers": links.customers()}.get(name, "")
        return Card(label, shown(report[name]), url=url, note=_NOTES.get(name, ""))
    has_list = name in ("orders", "revenue")
    url, before_url = (links.orders(one) if has_list else "" for one in (asked.period, asked.compared))
    change = moved(report["change"][name], report[name], report["previous"][name], shown, before_url)
    return Card(label, shown(report[name]), change, url, _NOTES.get(name, ""))


def percentiles(report: Report, links: Links, *, period: Period | None) -> list[dict[str, Any]]:
    """Which share of the orders is worth at most how much; `before` is None of all time."""
    values, before = report["orderValuePercentiles"], (report["previous"] or {}).get("orderValuePercentiles", {})
    greatest = max((value for value in values.values() if value is not None), default=None)
    return [
        {
            "share": name[1:],
            "value": value,
            "before": before.get(name),
            "bar": percentage(max(value, 0), greatest) if greatest else 0,
            "url": links.orders(period, at_most=value),
        }
        for name, value in values.items()
        if value is not None
    ]


def weekdays(report: Report, asked: Asked) -> Distribution:
    """Orders by weekday, Monday first."""
    return _distribution("ordersByWeekday", "weekday", [name[:3] for name in WEEKDAYS], WEEKDAYS, report, asked)


def hours(report: Report, asked: Asked) -> Distribution:
    """Orders by hour of the business day."""
    return _distribution("ordersByHour", "hour", [title[:2] for title in HOURS], HOURS, report, asked)


def _distribution(
    key: str, name: str, labels: Sequence[str], titles: Sequence[str], report: Report, asked: Asked
) -> Distribution:
    counts, before = report[key], (report["previous"] or {}).get(key)
    most = titles[counts.index(max(counts))]
    summary = f"Orders by {name}: most on {most} with {number(max(counts))}."
    other = COMPARE_LABELS[asked.compare] if isinstance(asked, AskedPeriod) else ""
    earlier = Line(other.capitalize(), before, [f"{label}, {other}" for label in labels]) if before else None
    return Distribution(
        bar_chart(Line("Orders", counts, labels), earlier, summary=summary), _rows(titles, counts, before)
    )


def _rows(titles: Sequence[str], counts: Sequence[int], before: Sequence[int] | None) -> list[dict[str, Any]]:
    whole = sum(counts)
    return [
        {"title": title, "orders": count, "share": percentage(count, whole), "before": earlier}
        for title, count, earlier in zip_longest(titles, counts, before or ())
    ]
