"""The request parameters that reports share: period, comparison, granularity, filters by product and segment."""

from datetime import date, datetime
from typing import Final, cast

from rest_framework.request import Request

from customers.metrics import SEGMENTS
from packprod.api.choices import choice, short_text
from packprod.api.parameters import refuse_parameter
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

PERIOD_PARAMETERS: Final = ("from", "to", "preset")


LONGEST_FINE_DAYS: Final = 366 * 10  # by months any range will do


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


def asked_period(request: Request, *, now: datetime) -> Period:
    """The period of `preset`, or of `from` and `to` (business days); the last 30 days where nothing is said.

    Raises InvalidInput naming the parameter.
    """
    today = business_date(now)
    preset = choice(request, "preset", tuple(PRESETS), default="")
    given = [name for name in ("from", "to") if request.query_params.get(name)]
    if preset and given:
        refuse_parameter("preset", "invalid", "Give either preset or from and to, not both.")
    if preset:
        return preset_period(preset, today=today)
    if not given:
        return last_days(DEFAULT_DAYS, until=today)
    end = _day(request, "to") or today
    start = _day(request, "from") or last_days(DEFAULT_DAYS, until=end).start
    if start > end:
        refuse_parameter("to", "before_from", "to must not lie before from.")
    return Period(start, end)


def asked_period_or_all_time(request: Request, *, now: datetime) -> Period | None:
    """The period, or None where none is named. Raises InvalidInput, also where all time is to be compared."""
    if any(request.query_params.get(name) for name in PERIOD_PARAMETERS):
        return asked_period(request, now=now)
    if request.query_params.get("compare"):
        refuse_parameter(
            "compare", "needs_period", "All time has nothing to compare with; give from and to, or preset."
        )
    return None


def asked_compare(request: Request) -> Compare:
    """The equally long period just before, or the same days a year earlier. Raises InvalidInput for another word."""
    return cast(Compare, choice(request, "compare", COMPARISONS, default="previous"))


def asked_granularity(request: Request, period: Period) -> str:
    """The granularity asked for, else the one that suits the period. Raises InvalidInput where it is too fine."""
    granularity = choice(request, "granularity", GRANULARITIES, default=period.default_granularity())
    if granularity != "month" and period.days > LONGEST_FINE_DAYS:
        message = f"More than ten years are too long for granularity={granularity}; take granularity=month."
        refuse_parameter("granularity", "out_of_range", message)
    return granularity


def _day(request: Request, name: str) -> date | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        refuse_parameter(name, "invalid", f"{name} must be a business day such as 2025-10-20.")
    if not FIRST_DAY <= day <= LAST_DAY:
        refuse_parameter(name, "out_of_range", f"{name} must be a day from {FIRST_DAY} to {LAST_DAY}.")
    return day


INEXACT: Final = "not_exact"


NO_PRODUCT_IN_OVERVIEW: Final = (
    "The overview cannot be narrowed to a product: the customers of a product are not kept by day. "
    "Take /api/reports/sales?product= or /api/products/{productCode}."
)


NO_SEGMENT_IN_PRODUCTS: Final = (
    "The products report cannot be narrowed to a segment: what a customer bought of a product is not kept by day."
)


NOT_BOTH: Final = (
    "Give either product or segment: what a customer bought of a product is not kept by day, "
    "so both together could not be exact."
)


def asked_segment(request: Request) -> str:
    """One of SEGMENTS, or empty. Raises InvalidInput for another word."""
    return choice(request, "segment", SEGMENTS, default="")


def asked_product_or_segment(request: Request) -> tuple[str, str]:
    """The productCode and the segment, at most one of them given. Raises InvalidInput for both."""
    product, segment = short_text(request, "product"), asked_segment(request)
    if product and segment:
        refuse_parameter("segment", INEXACT, NOT_BOTH)
    return product, segment


def refuse_inexact(request: Request, name: str, reason: str) -> None:
    """Raises InvalidInput with the reason, where a filter is given that this report has no exact answer for."""
    if name in request.query_params:
        refuse_parameter(name, INEXACT, reason)


COMPARED_PERIOD = (*PERIOD_PARAMETERS, "compare")
