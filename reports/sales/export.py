"""Sales over time as a file: a row for each bucket, beside that of the other period."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from reports.comparison import ComparedBucket, SalesBucket, Trend
from reports.export import report_file_name
from reports.figures.periods import Period


def _current(figure: str) -> Callable[[ComparedBucket], Any]:
    return lambda row: getattr(row.current, figure, None)


def _day(bucket: SalesBucket | None) -> date | None:
    return date.fromisoformat(bucket.date) if bucket else None


SALES: Export[ComparedBucket] = Export(
    "sales",
    (
        Column("Date", lambda row: _day(row.current), Kind.DATE),
        Column("Orders", _current("orders"), Kind.NUMBER),
        Column("Revenue", lambda row: row.revenue, Kind.MONEY),
        Column("Units", _current("units"), Kind.NUMBER),
        Column("Average order value", _current("average_order_value"), Kind.MONEY),
        Column("Date before", lambda row: _day(row.previous), Kind.DATE),
        Column("Orders before", lambda row: row.previous and row.previous.orders, Kind.NUMBER),
        Column("Revenue before", lambda row: row.revenue_before, Kind.MONEY),
        Column("Change of revenue (%)", lambda row: row.change, Kind.NUMBER),
    ),
)


def sales_report_export(
    trend: Trend, *, granularity: str, period: Period, format: Format, narrowed: str = ""
) -> StreamingHttpResponse:
    """`narrowed` to which product or segment goes into the name. Raises TooManyExports."""
    name = report_file_name(f"sales-by-{granularity}", period, narrowed)
    return export_response(SALES, trend, format=format, filename=name)
