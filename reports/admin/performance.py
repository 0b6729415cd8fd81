"""How fast PackProd answers, by operation and by address."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex

from packprod.admin.formats import moment
from packprod.observability.performance import performance
from reports.admin.asked import Asked
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.formats import number
from reports.models import Performance


@admin.register(Performance)
class PerformancePage(ReportPage):
    """Figures since the start, of all processes together."""

    template = "admin/reports/performance.html"
    operation = "reportPerformance"

    def read(self, asked: Asked) -> dict[str, Any]:
        return performance()

    def shown(self, report: dict[str, Any], asked: Asked, links: Links) -> dict[str, Any]:
        return {
            "since": moment(report["since"]),
            "time_zone": settings.PACKPROD_TIME_ZONE,
            "slow_ms": settings.PACKPROD_SLOW_QUERY_MS,
            "operations": report["operations"],
            "routes": [{**row, "name": _address(row["name"])} for row in report["routes"]],
            "requests": number(sum(row["requests"] for row in report["routes"])),
            "is_empty": not report["operations"] and not report["routes"],
        }


def _address(name: str) -> str:
    """`GET ^api/orders/?$` as people write it: `GET /api/orders`."""
    method, _, route = name.partition(" ")
    if route == "unmatched":
        return f"{method} files and unknown addresses"
    return f"{method} {simplify_regex(route)}"
