"""The bar above a report: period, comparison and granularity as plain links, so that every choice is an address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from customers.metrics import SEGMENTS
from packprod.presets import PRESETS
from reports.figures.periods import GRANULARITIES, Period
from reports.pages.parameters import DEFAULT_PRESET, Known, PeriodParameters, ReportParameters
from reports.parameters import COMPARE, GRANULARITY, SEGMENT

PRESET_LABELS = {
    "today": "Today",
    "yesterday": "Yesterday",
    "last_7_days": "Last 7 days",
    "last_30_days": "Last 30 days",
    "month_to_date": "Month to date",
    "last_month": "Last month",
    "quarter_to_date": "Quarter to date",
    "year_to_date": "Year to date",
    "last_year": "Last year",
}
EVERYBODY = "All customers"
ALL_TIME = "All time"
COMPARE_LABELS = {"previous": "period before", "year": "year before"}


@dataclass(frozen=True, slots=True)
class BarLink:
    """One link of the bar."""

    label: str
    url: str
    current: bool


def period_bar(params: PeriodParameters, *, known: Known, all_time: bool = False) -> dict[str, Any]:
    """For the template; choices whose parameter is not among `known` are empty.

    `all_time`: that is what an address without parameters shows.
    """
    return {
        "label": PRESET_LABELS.get(params.preset) or days_text(params.period),
        "days": days_text(params.period),
        "compared_days": days_text(params.compared) if COMPARE in known else "",
        "compared_with": COMPARE_LABELS[params.compare],
        "presets": _all_time_presets(params, params.preset)
        if all_time
        else _presets(params, params.preset, DEFAULT_PRESET),
        "comparisons": _comparisons(params) if COMPARE in known else [],
        "granularities": _granularities(params) if GRANULARITY in known else [],
        "segment": params.segment or EVERYBODY,
        "segments": _segments(params) if SEGMENT in known and not params.product else [],
        "product": params.product,
        "without_product": params.query(product=None),
        "input": "date",
        "start": params.period.start.isoformat(),
        "end": params.period.end.isoformat(),
        "kept": {name: text for name, text in params.given.items() if name not in ("from", "to", "preset")},
        **business(),
    }


def all_time_bar(params: ReportParameters) -> dict[str, Any]:
    """The same where no period is chosen, so that there is nothing to compare."""
    presets = _all_time_presets(params, ALL_TIME)
    return {"label": ALL_TIME, "days": ALL_TIME, "presets": presets, "input": "date", **business()}


def business() -> dict[str, str]:
    """The time zone and the currency of the figures."""
    return {"time_zone": settings.PACKPROD_TIME_ZONE, "currency": settings.PACKPROD_CURRENCY}


def days_text(period: Period) -> str:
    """`24 Sep – 23 Oct 2025`, the year only once where it is the same."""
    start, end = period.start, period.end
    if start == end:
        return day_text(end)
    return f"{date_format(start, 'j M' if start.year == end.year else 'j M Y')} – {day_text(end)}"


def day_text(day: date) -> str:
    """`23 Oct 2025`."""
    return date_format(day, "j M Y")


def _all_time_presets(params: ReportParameters, current: str) -> list[BarLink]:
    all_time = params.query(**dict.fromkeys(("preset", "from", "to", "compare")))
    return [BarLink(ALL_TIME, all_time, current == ALL_TIME), *_presets(params, current)]


def _presets(params: ReportParameters, current: str, default: str = "") -> list[BarLink]:
    """That of the default has no name in its address."""

    def url(name: str) -> str:
        return params.query(**{"preset": None if name == default else name, "from": None, "to": None})

    return [BarLink(PRESET_LABELS[name], url(name), name == current) for name in PRESETS]


def _comparisons(params: PeriodParameters) -> list[BarLink]:
    return [
        BarLink(label, params.query(compare=None if name == "previous" else name), name == params.compare)
        for name, label in COMPARE_LABELS.items()
    ]


def _granularities(params: PeriodParameters) -> list[BarLink]:
    return [
        BarLink(name.capitalize(), params.query(granularity=name), name == params.granularity) for name in GRANULARITIES
    ]


def _segments(params: PeriodParameters) -> list[BarLink]:
    everybody = BarLink(EVERYBODY, params.query(segment=None), not params.segment)
    return [everybody, *(BarLink(name, params.query(segment=name), name == params.segment) for name in SEGMENTS)]
