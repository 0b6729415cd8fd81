"""A report's series as a chart and as the rows of its table, beside those of the period it is compared with."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from django.utils.formats import date_format

from reports.admin.asked import Asked
from reports.admin.charts import Chart, Line, line_chart
from reports.admin.filter_bar import COMPARE_LABELS, days_text
from reports.admin.links import Links
from reports.formats import currency
from reports.overview import change
from reports.periods import bucket_days


def bucket_title(start: date, granularity: str) -> str:
    """`Thu 23 Oct 2025`, `from Mon 20 Oct 2025`, `October 2025`."""
    if granularity == "month":
        return date_format(start, "F Y")
    day = date_format(start, "D j M Y")
    return f"Week of {day}" if granularity == "week" else day


def trend_rows(report: Mapping[str, Any], asked: Asked, links: Links) -> list[dict[str, Any]]:
    """A row a bucket, with the revenue of the bucket at the same place of the other period."""
    rows = []
    for row, earlier in zip_longest(report["series"], report["previous"]["series"]):
        if row is None:
            break
        start = date.fromisoformat(row["date"])
        days = bucket_days(start, asked.granularity, within=asked.period)
        before = earlier["revenue"] if earlier else None
        rows.append(
            {
                **row,
                "title": bucket_title(start, asked.granularity),
                "url": links.orders(days),
                "before": before,
                "change": change(row["revenue"], before),
            }
        )
    return rows


def revenue_chart(report: Mapping[str, Any], asked: Asked, links: Links, *, total: Any) -> Chart:
    """Revenue over the period, the other period's behind it."""
    now, before = report["series"], report["previous"]["series"]
    other = COMPARE_LABELS[asked.compare].lower()
    summary = (
        f"Revenue by {asked.granularity}, {days_text(asked.period)}: {currency(total)} in all; "
        f"{other}: {currency(report['previous']['revenue'])}."
    )
    addresses = [
        links.orders(bucket_days(date.fromisoformat(row["date"]), asked.granularity, within=asked.period))
        for row in now
    ]
    return line_chart(
        Line("Revenue", [row["revenue"] for row in now], _titles(now, asked)),
        Line(other.capitalize(), [row["revenue"] for row in before], _titles(before, asked)),
        summary=summary,
        money=True,
        links=addresses if any(addresses) else (),
    )


def _titles(series: Sequence[Mapping[str, Any]], asked: Asked) -> list[str]:
    """Short: they stand under the axis."""
    known = "M Y" if asked.granularity == "month" else "j M"
    return [date_format(date.fromisoformat(row["date"]), known) for row in series]
