"""The report page of performance: how fast PackProd answers, by operation and by address."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.http import HttpRequest, HttpResponseBase

from packprod.admin.formats import moment
from packprod.exports.response import Format
from reports.models import Performance
from reports.pages.filter_bar import business
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import ReportParameters, known_only
from reports.performance.export import performance_file
from reports.performance.report import performance


@admin.register(Performance)
class PerformancePage(ReportPage):
    """Figures since the start, of all processes together."""

    template = "admin/reports/performance.html"
    from_orders = False

    def ask(self, request: HttpRequest, now: datetime) -> ReportParameters:
        known_only(request, ())
        return ReportParameters(now=now)

    def ask_by_default(self, now: datetime) -> ReportParameters:
        return ReportParameters(now=now)

    def read(self, asked: ReportParameters) -> dict[str, Any]:
        report = performance()
        return {**report, "routes": [{**row, "name": _address(row["name"])} for row in report["routes"]]}

    def shown(self, report: dict[str, Any], asked: ReportParameters, links: Links) -> dict[str, Any]:
        return {
            **report,
            "since": moment(report["since"]),
            "slow_ms": settings.PACKPROD_SLOW_QUERY_MS,
            "is_empty": not report["operations"] and not report["routes"],
            **business(),
        }

    def file(self, report: dict[str, Any], asked: ReportParameters, *, format: Format) -> HttpResponseBase:
        return performance_file(report, asked, format=format)


def _address(name: str) -> str:
    """`GET ^api/orders/?$` as people write it: `GET /api/orders/`."""
    method, _, route = name.partition(" ")
    if route == "unmatched":
        return f"{method} files and unknown addresses"
    return f"{method} {simplify_regex(route)}"
