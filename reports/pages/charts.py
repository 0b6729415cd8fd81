"""Charts as data for unfold's chart components (Chart.js): drawn in the browser, described in words."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from msgspec import structs

from reports.comparison import SalesBucket, Trend
from reports.figures.periods import bucket_days
from reports.pages.filter_bar import COMPARE_LABELS, days_text
from reports.pages.formats import NOTHING, currency
from reports.pages.links import Links
from reports.pages.parameters import PeriodParameters

CURRENT = "var(--color-primary-600)"
FILL = "rgba(43, 127, 255, .12)"
EARLIER = "var(--color-base-400)"
_BAR = {"maxBarThickness": 36, "borderRadius": 4}
TEXT = "#7b8494"  # legible on white and on the dark ground
_NO_FIGURES = dict.fromkeys(SalesBucket.__struct_fields__)


@dataclass(frozen=True, slots=True)
class Chart:
    """`data` and `options` are JSON; `summary` is its text alternative."""

    data: str
    options: str
    summary: str


@dataclass(frozen=True, slots=True)
class Line:
    """One series; `titles` name its points where they are not those of the axis."""

    label: str
    values: Sequence[Decimal | int | None]
    titles: Sequence[str]


def line_chart(current: Line, earlier: Line | None, *, summary: str, money: bool, links: Sequence[str] = ()) -> Chart:
    """The present series as a line with its ground filled, the earlier one dashed behind it; straight from point to
    point, as a curve would show amounts that nobody took."""
    datasets = [_dataset(current, borderColor=CURRENT, backgroundColor=FILL, fill=True, borderWidth=2, spanGaps=True)]
    lines = [current]
    if earlier is not None:
        datasets.append(_dataset(earlier, borderColor=EARLIER, borderDash=[4, 4], borderWidth=1.5, spanGaps=True))
        lines.append(earlier)
    titles = [list(line.titles) for line in lines]
    labels = [next(filter(None, names), "") for names in zip(*titles, strict=True)]
    return _chart(labels, datasets, summary, money=money, titles=titles, links=list(links))


def bar_chart(current: Line, earlier: Line | None, *, summary: str) -> Chart:
    """One bar a title, that of the earlier series beside it."""
    datasets = [_dataset(current, backgroundColor=CURRENT, **_BAR)]
    titles = [list(current.titles)]
    if earlier is not None:
        datasets.append(_dataset(earlier, backgroundColor=EARLIER, **_BAR))
        titles.append(list(earlier.titles))
    return _chart(current.titles, datasets, summary, money=False, titles=titles, links=[])


def _dataset(line: Line, **looks: Any) -> dict[str, Any]:
    values = [None if value is None else float(value) for value in line.values]
    dot = 3 if sum(value is not None for value in values) == 1 else 0
    return {
        "label": line.label,
        "data": values,
        "pointRadius": dot,
        "pointHoverRadius": 4,
        **looks,
    }


def _chart(labels: Sequence[str], datasets: list[dict[str, Any]], summary: str, **packprod: Any) -> Chart:
    packprod["currency"] = settings.PACKPROD_CURRENCY if packprod.pop("money") else ""
    options = {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {"legend": {"display": False}, "packprod": packprod},
        "scales": {
            "x": {
                "grid": {"display": False},
                "ticks": {"color": TEXT, "maxRotation": 0, "autoSkipPadding": 24},
            },
            "y": {
                "beginAtZero": True,
                "border": {"display": False},
                "grid": {"lineWidth": 0.5},
                "ticks": {"color": TEXT, "maxTicksLimit": 6, "precision": 0},
            },
        },
    }
    data = {"labels": list(labels), "datasets": datasets}
    return Chart(json.dumps(data), json.dumps(options), summary)


def trend_rows(trend: Trend, params: PeriodParameters, links: Links) -> list[dict[str, Any]]:
    """A table row for each bucket, beside its own of the other period; a bucket without one stands alone."""
    return [
        {
            "title": _bucket_title(row.current, params.granularity),
            "before_title": _bucket_title(row.previous, params.granularity),
            **(structs.asdict(row.current) if row.current else _NO_FIGURES),
            "before": row.revenue_before,
            "change": row.change,
            "url": url,
        }
        for row, url in zip(trend, _addresses(trend, params, links), strict=True)
    ]


def revenue_chart(
    trend: Trend, params: PeriodParameters, links: Links, *, total: Decimal, earlier_total: Decimal
) -> Chart:
    """Revenue over the period, that of the other period behind it."""
    other = COMPARE_LABELS[params.compare]
    summary = (
        f"Revenue by {params.granularity}, {days_text(params.period)}: {currency(total)} in all; "
        f"{other}: {currency(earlier_total)}."
    )
    return line_chart(
        _revenue_line("Revenue", [row.current for row in trend], params),
        _revenue_line(other.capitalize(), [row.previous for row in trend], params),
        summary=summary,
        money=True,
        links=_addresses(trend, params, links),
    )


def _revenue_line(label: str, buckets: Sequence[SalesBucket | None], params: PeriodParameters) -> Line:
    """The line bridges buckets that are missing. Titles are short: they stand under the axis."""
    known = "M Y" if params.granularity == "month" else "j M"
    titles = [_day(bucket.date, known) if bucket else "" for bucket in buckets]
    return Line(label, [bucket.revenue if bucket else None for bucket in buckets], titles)


def _addresses(trend: Trend, params: PeriodParameters, links: Links) -> list[str]:
    """The orders behind each bucket of the period; empty where there is none."""

    def address(bucket: SalesBucket | None) -> str:
        if bucket is None:
            return ""
        days = bucket_days(date.fromisoformat(bucket.date), params.granularity, within=params.period)
        return links.orders(days, product=params.product, segment=params.segment)

    return [address(row.current) for row in trend]


def _bucket_title(bucket: SalesBucket | None, granularity: str) -> str:
    """`Thu 23 Oct 2025`, `Week of 20 Oct 2025`, `October 2025`; a dash for none."""
    if bucket is None:
        return NOTHING
    if granularity == "month":
        return _day(bucket.date, "F Y")
    return _day(bucket.date, "D j M Y") if granularity == "day" else f"Week of {_day(bucket.date, 'j M Y')}"


@lru_cache(maxsize=4_096)
def _day(text: str, form: str) -> str:
    """A stored day in one of Django's forms; a chart has a title for each of its days, thrice."""
    return date_format(date.fromisoformat(text), form)
