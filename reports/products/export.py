"""The products of a period as a file."""

from collections.abc import Sequence

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind
from packprod.exports.response import Format, export_response
from reports.export import report_file_name
from reports.figures.periods import Period
from reports.products.report import ReportProduct

PRODUCTS: Export[ReportProduct] = Export(
    "products",
    (
        Column("Product code", lambda row: row.product_code),
        Column("Description", lambda row: row.description, width=40),
        Column("Units", lambda row: row.units, Kind.NUMBER),
        Column("Revenue", lambda row: row.revenue, Kind.MONEY),
        Column("Orders", lambda row: row.orders, Kind.NUMBER),
        Column("Share of revenue (%)", lambda row: row.share, Kind.NUMBER),
        Column("Units before", lambda row: row.previous.units, Kind.NUMBER),
        Column("Change of units (%)", lambda row: row.change.units, Kind.NUMBER),
        Column("Revenue before", lambda row: row.previous.revenue, Kind.MONEY),
        Column("Change of revenue (%)", lambda row: row.change.revenue, Kind.NUMBER),
        Column("Orders before", lambda row: row.previous.orders, Kind.NUMBER),
        Column("Change of orders (%)", lambda row: row.change.orders, Kind.NUMBER),
    ),
)


def products_report_export(
    products: Sequence[ReportProduct], *, period: Period, format: Format
) -> StreamingHttpResponse:
    """A row for each product, in the order given. Raises TooManyExports."""
    return export_response(PRODUCTS, products, format=format, filename=report_file_name("products", period))
