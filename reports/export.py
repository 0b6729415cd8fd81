"""What the files of several reports share: their names, and the rows of a report that is no table, one figure a row."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from packprod.exports.export import file_name
from packprod.json_objects import to_plain
from reports.comparison import PeriodJson, SegmentCounts
from reports.figures.periods import Period

LABELS = {
    "orders": "Orders",
    "revenue": "Revenue",
    "units": "Units",
    "average_order_value": "Average order value",
    "median_order_value": "Median order value",
    "customers": "Customers",
    "new_customers": "New customers",
    "returning_customers": "Returning customers",
    "repeat_rate": "Repeat rate (%)",
    "orders_per_customer": "Orders per customer",
}
"""The label of each figure, by its field."""


class Figure(NamedTuple):
    """One row of a report that is no table: which section, of what (`code`, `name`), which figure."""

    section: str
    figure: str
    value: Decimal | int | None = None
    code: str = ""
    name: str = ""
    previous: Decimal | int | None = None
    change: Decimal | None = None
    instant: datetime | None = None


def compared_periods(period: PeriodJson, earlier: PeriodJson) -> str:
    """`2025-10-01 to 2025-10-31, compared with 2025-08-31 to 2025-09-30`."""
    return f"{period.from_} to {period.to}, compared with {earlier.from_} to {earlier.to}"


def segment_figures(segments: SegmentCounts) -> Iterator[Figure]:
    """A row for each segment."""
    for segment, customers in to_plain(segments).items():
        yield Figure("Customers by segment now", segment, customers)


def report_file_name(report: str, period: Period, narrowed: str = "") -> str:
    """The file name of the report of a period; `narrowed`: to which product or segment."""
    return file_name(report, narrowed, start=period.start, end=period.end)
