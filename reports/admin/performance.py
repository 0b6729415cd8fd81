"""How fast PackProd answers, by operation and by address."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.http import HttpRequest, HttpResponseBase

from packprod.admin.formats import moment
from packprod.exports.response import Format
from packprod.observability.performance import performance
from reports.admin.asked import Asked, known_only
from reports.admin.files import performance_file
from reports.admin.filter_bar import business
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.models import Performance


@admin.register(Performance)
class PerformancePage(ReportPage):
    """Figures since the start, of all processes together."""

    template = "admin/reports/performance.html"
    from_orders = False

    def ask(self, request: HttpRequest, now: datetime) -> Asked:
        known_only(request, ())
        return Asked(now=now)

    def ask_by_default(self, now: datetime) -> Asked:
        return Asked(now=now)

    def read(self, asked: Asked) -> dict[str, Any]:
        report = performance()
        return {**report, "routes": [{**row, "name": _address(row["name"])} for row in report["routes"]]}

    def shown(self, report: dict[str, Any], asked: Asked, links: Links) -> dict[str, Any]:
        return {
            **report,
            "since": moment(report["since"]),
            "slow_ms": settings.PACKPROD_SLOW_QUERY_MS,
            "is_empty": not report["operations"] and not report["routes"],
            **business(),
        }

    def file(self, report: dict[str, Any], asked: Asked, *, format: Format) -> HttpResponseBase:
        return performance_file(report, asked, format=format)


def _address(name: str) -> str:
    """`GET ^api/orders/?$` as people write it: `GET /api/orders/`."""
    method, _, route = name.partition(" ")
    if route == "unmatched":
        return f"{method} files and unknown addresses"
    return f"{method} {simplify_regex(route)}"
