"""Sales over time: a series without gaps, its totals, and those of the period it is compared with."""

from typing import Annotated

from msgspec import Meta

from packprod.api.answers import JsonObject, one_of
from reports.comparison import (
    EarlierHeadline,
    Headline,
    HeadlineChange,
    PeriodJson,
    SalesBucket,
    Trend,
    changes,
    figures_and_series,
    headline,
    period_json,
)
from reports.figures.figures import Figures
from reports.figures.narrowing import EVERYTHING, Narrow
from reports.figures.periods import GRANULARITIES, Compare, Period


class SalesReport(JsonObject):
    """Sales over time."""

    period: PeriodJson
    granularity: Annotated[str, one_of(GRANULARITIES)]
    series: Annotated[list[SalesBucket], Meta(description="No gap is left out.")]
    totals: Headline
    previous: EarlierHeadline
    change: HeadlineChange


def sales_report(*, period: Period, granularity: str, compare: Compare, narrow: Narrow = EVERYTHING) -> SalesReport:
    """Contract section 6, sales. `narrow`: to one product or a segment, see `narrowing`."""
    before = period.compared(compare)
    figures, series = figures_and_series(period, granularity, narrow)
    earlier, _ = figures_and_series(before, None, narrow)
    return _report(period, before, granularity, figures, earlier, series)


def sales_with_trend(
    *, period: Period, granularity: str, compare: Compare, narrow: Narrow = EVERYTHING
) -> tuple[SalesReport, Trend]:
    """The same, and the series of both periods."""
    before = period.compared(compare)
    figures, series = figures_and_series(period, granularity, narrow)
    earlier, earlier_series = figures_and_series(before, granularity, narrow)
    return _report(period, before, granularity, figures, earlier, series), Trend(series, earlier_series)


def _report(
    period: Period, before: Period, granularity: str, figures: Figures, earlier: Figures, series: list[SalesBucket]
) -> SalesReport:
    totals = headline(Headline, figures)
    previous = headline(EarlierHeadline, earlier, period=period_json(before))
    return SalesReport(
        period=period_json(period),
        granularity=granularity,
        series=series,
        totals=totals,
        previous=previous,
        change=changes(HeadlineChange, totals, previous),
    )
