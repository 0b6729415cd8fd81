"""Sales over time: a series without gaps, its totals, and those of the period it is compared with."""

from typing import Any

from reports.figures.comparison import changes, headline
from reports.figures.narrowing import EVERYTHING, Narrow, figures_and_series
from reports.figures.periods import Compare, Period


def sales_report(
    *,
    period: Period,
    granularity: str,
    compare: Compare,
    narrow: Narrow = EVERYTHING,
    previous_series: bool = False,
) -> dict[str, Any]:
    """Contract section 6, sales: a series without gaps, its totals, and the totals (on demand the series) before.

    `narrow`: one product or a segment, see `narrowing`.
    """
    before = period.compared(compare)
    figures, trend = figures_and_series(period, granularity, narrow)
    earlier, earlier_trend = figures_and_series(before, granularity if previous_series else None, narrow)
    totals, previous = headline(figures), headline(earlier)
    return {
        "period": period.as_json(),
        "granularity": granularity,
        **trend,
        "totals": totals,
        "previous": {"period": before.as_json(), **previous, **earlier_trend},
        "change": changes(totals, previous),
    }
