"""Cohorts as a file: a row for each month of each cohort."""

from collections.abc import Mapping
from typing import Any

from django.http import StreamingHttpResponse

from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response

Row = Mapping[str, Any]


COHORTS: Export[Row] = Export(
    "cohorts",
    (
        Column("First order in", lambda row: row["cohort"]),
        Column("Customers of the cohort", lambda row: row["size"], Kind.NUMBER),
        Column("Month", lambda row: row["month"]),
        Column("Customers who ordered", lambda row: row["customers"], Kind.NUMBER),
        Column("Of the cohort (%)", lambda row: row["retention"], Kind.NUMBER),
        Column("Orders", lambda row: row["orders"], Kind.NUMBER),
        Column("Revenue", lambda row: row["revenue"], Kind.MONEY),
    ),
)


def cohorts_report_export(data: Row, *, format: Format) -> StreamingHttpResponse:
    """What `cohorts_report` gave. Raises TooManyExports."""
    rows = (
        {"cohort": cohort["month"], "size": cohort["customers"], **month}
        for cohort in data["cohorts"]
        for month in cohort["months"]
    )
    name = file_name("cohorts", data["period"]["from"], "to", data["period"]["to"])
    return export_response(COHORTS, rows, format=format, filename=name)
