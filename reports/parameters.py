"""The request parameters that reports share, in the API as on the report pages: period, comparison, granularity,
product and segment."""

from datetime import date, datetime
from typing import Any, Final

from rest_framework.request import Request

from customers.metrics import SEGMENTS
from packprod.api.parameters import LONGEST_TEXT, Choice, QueryParameter, RefusedParameter, Text, refuse_parameter
from packprod.dates import business_date
from packprod.presets import PRESETS
from reports.figures.periods import (
    COMPARISONS,
    DEFAULT_DAYS,
    GRANULARITIES,
    Compare,
    Period,
    last_days,
    preset_period,
)

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
LONGEST_FINE_DAYS: Final = 366 * 10  # by months any range will do

# --- Period --------------------------------------------------------------------------------------------------------


class _Day(QueryParameter[date | None]):
    def read(self, text: str | None) -> date | None:
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            refuse_parameter(self.name, "invalid", f"{self.name} must be a business day such as 2025-10-20.")
        if not FIRST_DAY <= day <= LAST_DAY:
            message = f"{self.name} must be a day from {FIRST_DAY} to {LAST_DAY}."
            refuse_parameter(self.name, "out_of_range", message)
        return day

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


FROM = _Day(
    "from", f"The first business day, from {FIRST_DAY} on; where not given, {DEFAULT_DAYS} days up to the last."
)
TO = _Day("to", f"The last business day (inclusive), until {LAST_DAY}; today, where it is not given.")
PRESET = Choice("preset", tuple(PRESETS), "A period by name, instead of from and to.")
COMPARE: Choice[Compare] = Choice(
    "compare", COMPARISONS, "With the period just before, or the same days a year ago.", default="previous"
)
PERIOD = (FROM, TO, PRESET)
COMPARED_PERIOD = (*PERIOD, COMPARE)

OPTIONAL_PERIOD = (
    _Day("from", "The first business day; without from, to and preset the figures are of all time."),
    _Day("to", "The last business day (inclusive); today, where only from is given."),
    PRESET,
)
OPTIONAL_COMPARED_PERIOD = (
    *OPTIONAL_PERIOD,
    Choice(COMPARE.name, COMPARISONS, "As in the other reports; only together with a period."),
)
"""The same parameters of a report that is of all time where no period is given."""


def period_of(request: Request, *, now: datetime) -> Period:
    """The period of `preset`, or of `from` and `to`; by default the last 30 days.

    Raises InvalidInput naming the parameter.
    """
    today = business_date(now)
    if preset := PRESET.of(request):
        if any(request.query_params.get(one.name) for one in (FROM, TO)):
            refuse_parameter(PRESET.name, "invalid", "Give either preset or from and to, not both.")
        return preset_period(preset, today=today)
    end = TO.of(request) or today
    start = FROM.of(request) or last_days(DEFAULT_DAYS, until=end).start
    if start > end:
        refuse_parameter(TO.name, "before_from", "to must not lie before from.")
    return Period(start, end)


def period_or_all_time(request: Request, *, now: datetime) -> Period | None:
    """The period, or None where none is given: all time. Raises InvalidInput, also where all time is to be compared."""
    if any(request.query_params.get(one.name) for one in PERIOD):
        return period_of(request, now=now)
    if request.query_params.get(COMPARE.name):
        message = "All time has nothing to compare with; give from and to, or preset."
        refuse_parameter(COMPARE.name, "needs_period", message)
    return None


# --- Granularity ---------------------------------------------------------------------------------------------------

GRANULARITY = Choice("granularity", GRANULARITIES, "By default what suits the period; weeks start on Monday.")


def granularity_of(request: Request, period: Period) -> str:
    """The granularity, by default the one that suits the period. Raises InvalidInput where it is too fine."""
    granularity = GRANULARITY.of(request) or period.default_granularity()
    if granularity != "month" and period.days > LONGEST_FINE_DAYS:
        message = f"More than ten years are too long for granularity={granularity}; take granularity=month."
        refuse_parameter(GRANULARITY.name, "out_of_range", message)
    return granularity


# --- Product and segment -------------------------------------------------------------------------------------------

SEGMENT = Choice("segment", SEGMENTS, "Only of the customers who are in this segment now.")
PRODUCT = Text(
    "product",
    "Only of this productCode: orders that hold it, and its lines as revenue. Not together with segment.",
    longest=LONGEST_TEXT,
)

_NOT_EXACT: Final = "not_exact"
_NOT_BOTH: Final = (
    "Give either product or segment: what a customer bought of a product is not kept by day, "
    "so both together could not be exact."
)
NO_PRODUCT_IN_OVERVIEW = RefusedParameter(
    "product",
    _NOT_EXACT,
    "The overview cannot be narrowed to a product: the customers of a product are not kept by day. "
    "Take /api/reports/sales?product= or /api/products/{productCode}.",
)
NO_SEGMENT_IN_PRODUCTS = RefusedParameter(
    "segment",
    _NOT_EXACT,
    "The products report cannot be narrowed to a segment: what a customer bought of a product is not kept by day.",
)


def product_or_segment(request: Request) -> tuple[str, str]:
    """The productCode and the segment, at most one of them given. Raises InvalidInput for both."""
    product, segment = PRODUCT.of(request), SEGMENT.of(request)
    if product and segment:
        refuse_parameter(SEGMENT.name, _NOT_EXACT, _NOT_BOTH)
    return product, segment
