"""Sales over time as a file: a row for each bucket."""

from datetime import date

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from packprod.money import change
from reports.figures.comparison import beside_each_other
from reports.figures.figure_rows import Row, report_file_name
from reports.figures.periods import Period

_SALES_COLUMNS: tuple[Column[Row], ...] = (
    Column("Date", lambda row: date.fromisoformat(row["date"]), Kind.DATE),
    Column("Orders", lambda row: row["orders"], Kind.NUMBER),
    Column("Revenue", lambda row: row["revenue"], Kind.MONEY),
    Column("Units", lambda row: row["units"], Kind.NUMBER),
    Column("Average order value", lambda row: row["averageOrderValue"], Kind.MONEY),
    Column("Revenue before", lambda row: row["before"], Kind.MONEY),
    Column("Change of revenue (%)", lambda row: change(row["revenue"], row["before"]), Kind.NUMBER),
)


SALES_REPORT = Export("sales", _SALES_COLUMNS)


def sales_report_export(data: Row, *, period: Period, format: Format, narrowed: str = "") -> StreamingHttpResponse:
    """The series of what `sales_report` gave with both series, each bucket beside that of the other period.

    `narrowed` to which product or segment goes into the name.
    """
    name = report_file_name(f"sales-by-{data['granularity']}", period, narrowed)
    return export_response(SALES_REPORT, beside_each_other(data), format=format, filename=name)
