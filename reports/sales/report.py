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
    trend,
)
from reports.figures.narrowing import EVERYTHING, Narrow
from reports.figures.periods import GRANULARITIES, Compare, Period
from reports.figures.selectors import FigureVersions, figure_versions


class SalesReport(JsonObject):
    """Sales over time."""

    period: PeriodJson
    granularity: Annotated[str, one_of(GRANULARITIES)]
    series: Annotated[list[SalesBucket], Meta(description="No gap is left out.")]
    compared: Annotated[Trend, Meta(description="Each bucket beside its own of the other period, none left out.")]
    totals: Headline
    previous: EarlierHeadline
    change: HeadlineChange


def sales_report(
    *,
    period: Period,
    granularity: str,
    compare: Compare,
    narrow: Narrow = EVERYTHING,
    versions: FigureVersions | None = None,
) -> SalesReport:
    """Contract section 6, sales. `narrow`: to one product or a segment, see `narrowing`."""
    before = period.compared(compare)
    versions = versions or sales_versions(period, compare)
    figures, series = figures_and_series(period, granularity, narrow, versions=versions)
    earlier, earlier_series = figures_and_series(before, granularity, narrow, versions=versions)
    totals = headline(Headline, figures)
    previous = headline(EarlierHeadline, earlier, period=period_json(before))
    return SalesReport(
        period=period_json(period),
        granularity=granularity,
        series=series,
        compared=trend(series, earlier_series, period=period, compare=compare, granularity=granularity),
        totals=totals,
        previous=previous,
        change=changes(HeadlineChange, totals, previous),
    )


def sales_versions(period: Period, compare: Compare, *, segment: str = "") -> FigureVersions:
    """The versions of all that sales of a period are computed from, narrowed to a segment or not."""
    return figure_versions(period, period.compared(compare), population=bool(segment))
