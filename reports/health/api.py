"""`GET /api/health/data`, for monitors."""

from datetime import datetime
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from packprod.api.answers import ok
from packprod.api.parameters import refuse_unknown_parameters
from packprod.dates import format_instant, utc_now
from packprod.observability.timing import timed
from reports.health.checks import Check
from reports.health.report import data_health
from reports.health.schemas import get_data_health


class DataHealthView(APIView):
    """`GET /api/health/data`"""

    required_scope = "api:read"
    required_permission = "reports.view_datahealth"

    @get_data_health
    def get(self, request: Request) -> Response:
        """Stream, queue, summaries, parked orders, dead letters, inbox, verification and sweeps, each judged."""
        refuse_unknown_parameters(request, ())
        with timed("getDataHealth"):
            health = data_health(now=utc_now())
        return ok({"state": health.state, "checks": [_check(one) for one in health.checks]}, source="projection")


def _check(check: Check) -> dict[str, Any]:
    figures = {name: format_instant(one) if isinstance(one, datetime) else one for name, one in check.figures.items()}
    return {
        "name": check.name,
        "title": check.title,
        "state": check.state,
        "value": check.value,
        "todo": check.todo,
        "figures": figures,
    }
