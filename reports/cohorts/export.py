"""Cohorts as a file: a row for each month of each cohort."""

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from reports.cohorts.report import CohortJson, CohortMonth, CohortsReport

Row = tuple[CohortJson, CohortMonth]

COHORTS: Export[Row] = Export(
    "cohorts",
    (
        Column("First order in", lambda row: row[0].month),
        Column("Customers of the cohort", lambda row: row[0].customers, Kind.NUMBER),
        Column("Month", lambda row: row[1].month),
        Column("Customers who ordered", lambda row: row[1].customers, Kind.NUMBER),
        Column("Of the cohort (%)", lambda row: row[1].retention, Kind.NUMBER),
        Column("Orders", lambda row: row[1].orders, Kind.NUMBER),
        Column("Revenue", lambda row: row[1].revenue, Kind.MONEY),
    ),
)


def cohorts_report_export(report: CohortsReport, *, format: Format) -> StreamingHttpResponse:
    """Raises TooManyExports."""
    rows = ((cohort, month) for cohort in report.cohorts for month in cohort.months)
    name = file_name("cohorts", report.period.from_, "to", report.period.to)
    return export_response(COHORTS, rows, format=format, filename=name)
