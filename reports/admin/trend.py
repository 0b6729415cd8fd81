"""A report's series as a chart and as the rows of its table, beside those of the period it is compared with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format

from packprod.money import change
from reports.admin.asked import AskedPeriod
from reports.admin.charts import Chart, Line, line_chart
from reports.admin.filter_bar import COMPARE_LABELS, days_text
from reports.admin.links import Links
from reports.formats import currency
from reports.overview import beside_each_other
from reports.periods import bucket_days

Report = Mapping[str, Any]


def trend_rows(report: Report, asked: AskedPeriod, links: Links) -> list[dict[str, Any]]:
    """A row a bucket, with the revenue of the bucket at the same place of the other period."""
    return [
        {
            **row,
            "title": _title(date.fromisoformat(row["date"]), asked.granularity),
            "url": url,
            "change": change(row["revenue"], row["before"]),
        }
        for row, url in zip(beside_each_other(report), _addresses(report, asked, links), strict=True)
    ]


def revenue_chart(report: Report, asked: AskedPeriod, links: Links, *, total: Any) -> Chart:
    """Revenue over the period, the other period's behind it."""
    now, before = report["series"], report["previous"]["series"]
    other = COMPARE_LABELS[asked.compare]
    summary = (
        f"Revenue by {asked.granularity}, {days_text(asked.period)}: {currency(total)} in all; "
        f"{other}: {currency(report['previous']['revenue'])}."
    )
    return line_chart(
        Line("Revenue", [row["revenue"] for row in now], _ticks(now, asked)),
        Line(other.capitalize(), [row["revenue"] for row in before], _ticks(before, asked)),
        summary=summary,
        money=True,
        links=_addresses(report, asked, links),
    )


def _addresses(report: Report, asked: AskedPeriod, links: Links) -> list[str]:
    """The orders behind each bucket."""
    days = (
        bucket_days(date.fromisoformat(row["date"]), asked.granularity, within=asked.period) for row in report["series"]
    )
    return [links.orders(one, product=asked.product, segment=asked.segment) for one in days]


def _title(start: date, granularity: str) -> str:
    """`Thu 23 Oct 2025`, `Week of 20 Oct 2025`, `October 2025`."""
    if granularity == "month":
        return date_format(start, "F Y")
    return date_format(start, "D j M Y") if granularity == "day" else f"Week of {date_format(start, 'j M Y')}"


def _ticks(series: Sequence[Report], asked: AskedPeriod) -> list[str]:
    """Short: they stand under the axis."""
    known = "M Y" if asked.granularity == "month" else "j M"
    return [date_format(date.fromisoformat(row["date"]), known) for row in series]
