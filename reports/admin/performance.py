"""How fast PackProd answers, by operation and by address."""

from typing import Any

from django.conf import settings
from django.contrib import admin

from packprod.admin.formats import moment
from packprod.observability.performance import performance
from reports.admin.asked import Asked
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.formats import NOTHING, number
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
            "since": moment(report["since"]) if report["since"] else NOTHING,
            "time_zone": settings.PACKPROD_TIME_ZONE,
            "slow_ms": settings.PACKPROD_SLOW_QUERY_MS,
            "operations": report["operations"],
            "routes": report["routes"],
            "requests": number(sum(row["requests"] for row in report["routes"])),
            "is_empty": not report["operations"] and not report["routes"],
        }
