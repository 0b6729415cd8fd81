"""Sales over time as a file: a row for each bucket, beside the other period's."""

from datetime import date
from decimal import Decimal

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from packprod.money import change
from reports.comparison import SalesBucket, Trend
from reports.export import report_file_name
from reports.figures.periods import Period

Row = tuple[SalesBucket, Decimal | None]
"""A bucket, and the revenue before."""

SALES: Export[Row] = Export(
    "sales",
    (
        Column("Date", lambda row: date.fromisoformat(row[0].date), Kind.DATE),
        Column("Orders", lambda row: row[0].orders, Kind.NUMBER),
        Column("Revenue", lambda row: row[0].revenue, Kind.MONEY),
        Column("Units", lambda row: row[0].units, Kind.NUMBER),
        Column("Average order value", lambda row: row[0].average_order_value, Kind.MONEY),
        Column("Revenue before", lambda row: row[1], Kind.MONEY),
        Column("Change of revenue (%)", lambda row: change(row[0].revenue, row[1]), Kind.NUMBER),
    ),
)


def sales_report_export(
    trend: Trend, *, granularity: str, period: Period, format: Format, narrowed: str = ""
) -> StreamingHttpResponse:
    """`narrowed` to which product or segment goes into the name. Raises TooManyExports."""
    name = report_file_name(f"sales-by-{granularity}", period, narrowed)
    return export_response(SALES, trend.rows(), format=format, filename=name)
