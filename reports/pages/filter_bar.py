"""The bar above a report: period, comparison and granularity as plain links, so that every choice is an address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from customers.metrics import SEGMENTS
from packprod.presets import PRESETS
from reports.figures.periods import GRANULARITIES, Period
from reports.pages.parameters import DEFAULT_PRESET, PeriodParameters, ReportParameters

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
class Choice:
    """One link of the bar."""

    label: str
    url: str
    current: bool


def period_bar(asked: PeriodParameters, *, parameters: tuple[str, ...], all_time: bool = False) -> dict[str, Any]:
    """What the template needs; choices that the report does not know are empty.

    `all_time`: that is what a bare address shows.
    """
    return {
        "label": PRESET_LABELS.get(asked.preset) or days_text(asked.period),
        "days": days_text(asked.period),
        "compared_days": days_text(asked.compared),
        "compared_with": COMPARE_LABELS[asked.compare],
        "presets": _all_time_presets(asked, asked.preset)
        if all_time
        else _presets(asked, asked.preset, DEFAULT_PRESET),
        "comparisons": _comparisons(asked),
        "granularities": _granularities(asked) if "granularity" in parameters else [],
        "segment": asked.segment or EVERYBODY,
        "segments": _segments(asked) if "segment" in parameters and not asked.product else [],
        "product": asked.product,
        "without_product": asked.query(product=None),
        "input": "date",
        "start": asked.period.start.isoformat(),
        "end": asked.period.end.isoformat(),
        "kept": {name: text for name, text in asked.given.items() if name not in ("from", "to", "preset")},
        **business(),
    }


def all_time_bar(asked: ReportParameters) -> dict[str, Any]:
    """The same where no period is chosen, so that there is nothing to compare."""
    presets = _all_time_presets(asked, ALL_TIME)
    return {"label": ALL_TIME, "days": ALL_TIME, "presets": presets, "input": "date", **business()}


def business() -> dict[str, str]:
    """What every figure depends on."""
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


def _all_time_presets(asked: ReportParameters, current: str) -> list[Choice]:
    all_time = asked.query(**dict.fromkeys(("preset", "from", "to", "compare")))
    return [Choice(ALL_TIME, all_time, current == ALL_TIME), *_presets(asked, current)]


def _presets(asked: ReportParameters, current: str, default: str = "") -> list[Choice]:
    """That of the default has no name in its address."""

    def url(name: str) -> str:
        return asked.query(**{"preset": None if name == default else name, "from": None, "to": None})

    return [Choice(PRESET_LABELS[name], url(name), name == current) for name in PRESETS]


def _comparisons(asked: PeriodParameters) -> list[Choice]:
    return [
        Choice(label, asked.query(compare=None if name == "previous" else name), name == asked.compare)
        for name, label in COMPARE_LABELS.items()
    ]


def _granularities(asked: PeriodParameters) -> list[Choice]:
    return [
        Choice(name.capitalize(), asked.query(granularity=name), name == asked.granularity) for name in GRANULARITIES
    ]


def _segments(asked: PeriodParameters) -> list[Choice]:
    everybody = Choice(EVERYBODY, asked.query(segment=None), not asked.segment)
    return [everybody, *(Choice(name, asked.query(segment=name), name == asked.segment) for name in SEGMENTS)]
