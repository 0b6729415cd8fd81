"""The bar above a report: period, comparison and granularity as plain links, so that every choice is an address."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format

from reports.admin.asked import COMPARED, DEFAULT_PRESET, OVER_TIME, Asked
from reports.periods import GRANULARITIES, PRESETS, Period

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
COMPARE_LABELS = {"previous": "Previous period", "year": "Previous year"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One link of the bar."""

    label: str
    url: str
    current: bool


def filter_bar(asked: Asked, *, parameters: tuple[str, ...]) -> dict[str, Any]:
    """What the template needs; choices that the report does not know are empty."""
    compared = set(COMPARED) <= set(parameters)
    return {
        "label": PRESET_LABELS.get(asked.preset, "Custom range"),
        "days": days_text(asked.period),
        "compared_days": days_text(compared_period(asked)) if compared else "",
        "presets": _presets(asked),
        "comparisons": _comparisons(asked) if compared else [],
        "granularities": _granularities(asked) if set(OVER_TIME) <= set(parameters) else [],
        "start": asked.period.start.isoformat(),
        "end": asked.period.end.isoformat(),
        "kept": {name: asked.given[name] for name in asked.given if name not in ("from", "to", "preset")},
        "time_zone": settings.PACKPROD_TIME_ZONE,
        "currency": settings.PACKPROD_CURRENCY,
    }


def compared_period(asked: Asked) -> Period:
    """The period that the report stands beside."""
    return asked.period.year_before() if asked.compare == "year" else asked.period.before()


def days_text(period: Period) -> str:
    """`24 Sep – 23 Oct 2025`, each day as short as it can be told from the other."""
    start, end = period.start, period.end
    if start == end:
        return day_text(end)
    known = "j M" if start.year == end.year else "j M Y"
    return f"{date_format(start, known)} – {day_text(end)}"


def day_text(day: date) -> str:
    """`23 Oct 2025`."""
    return date_format(day, "j M Y")


def _presets(asked: Asked) -> list[Choice]:
    return [
        Choice(
            PRESET_LABELS[name],
            asked.query(**{"preset": None if name == DEFAULT_PRESET else name, "from": None, "to": None}),
            name == asked.preset,
        )
        for name in PRESETS
    ]


def _comparisons(asked: Asked) -> list[Choice]:
    return [
        Choice(label, asked.query(compare=None if name == "previous" else name), name == asked.compare)
        for name, label in COMPARE_LABELS.items()
    ]


def _granularities(asked: Asked) -> list[Choice]:
    return [
        Choice(name.capitalize(), asked.query(granularity=name), name == asked.granularity) for name in GRANULARITIES
    ]
