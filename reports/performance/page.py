"""The report page of performance: how fast PackProd answers, by operation and by address; and the same as a file."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.http import HttpRequest, HttpResponseBase

from packprod.admin.formats import moment
from packprod.dates import business_date
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import Format, export_response
from reports.models import Performance
from reports.pages.filter_bar import business
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import ReportParameters, known_only
from reports.performance.report import PerformanceReport, Speed, performance

Row = tuple[str, Speed]
"""A section (reads or requests), and one of its rows."""

PERFORMANCE: Export[Row] = Export(
    "performance",
    (
        Column("Section", lambda row: row[0]),
        Column("Name", lambda row: row[1].name, width=48),
        Column("Requests", lambda row: row[1].requests, Kind.NUMBER),
        Column("p50 (ms)", lambda row: _tenth(row[1].p50), Kind.NUMBER),
        Column("p90 (ms)", lambda row: _tenth(row[1].p90), Kind.NUMBER),
        Column("p99 (ms)", lambda row: _tenth(row[1].p99), Kind.NUMBER),
        Column("Cache hits (%)", lambda row: _tenth(row[1].cache_hit_rate), Kind.NUMBER),
        Column("Errors", lambda row: row[1].errors, Kind.NUMBER),
        Column("Slow queries", lambda row: row[1].slow, Kind.NUMBER),
    ),
)


@admin.register(Performance)
class PerformancePage(ReportPage[ReportParameters, PerformanceReport]):
    """Figures since the start, of all processes together."""

    template = "admin/reports/performance.html"
    from_orders = False

    def parameters(self, request: HttpRequest, now: datetime) -> ReportParameters:
        known_only(request, ())
        return ReportParameters(now=now)

    def default_parameters(self, now: datetime) -> ReportParameters:
        return ReportParameters(now=now)

    def read(self, params: ReportParameters) -> PerformanceReport:
        report = performance()
        return replace(report, routes=[replace(one, name=_address(one.name)) for one in report.routes])

    def context(self, report: PerformanceReport, params: ReportParameters, links: Links) -> dict[str, Any]:
        return {
            "operations": report.operations,
            "routes": report.routes,
            "since": moment(report.since),
            "slow_ms": settings.PACKPROD_SLOW_QUERY_MS,
            "is_empty": not report.operations and not report.routes,
            **business(),
        }

    def file(self, report: PerformanceReport, params: ReportParameters, *, format: Format) -> HttpResponseBase:
        day = business_date(params.now)
        reads, requests = (("Reads", one) for one in report.operations), (("Requests", one) for one in report.routes)
        name = file_name("performance", start=day, end=day)
        return export_response(PERFORMANCE, [*reads, *requests], format=format, filename=name)


def _address(name: str) -> str:
    """`GET ^api/orders/?\\Z` as people write it: `GET /api/orders/`."""
    method, _, route = name.partition(" ")
    if route == "unmatched":
        return f"{method} files and unknown addresses"
    return f"{method} {simplify_regex(route)}"


def _tenth(value: float | None) -> Decimal | None:
    return None if value is None else round(Decimal(value), 1)
