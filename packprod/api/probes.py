"""`/healthz`, `/readyz` and `/metrics`, for monitoring."""

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from packprod.api.answers import JsonObject
from packprod.api.operations import operation, response
from packprod.dynamodb.client import ping
from packprod.observability import metrics


class Alive(JsonObject):
    """All is well."""

    status: str


_ALIVE = response(Alive, "All is well.", {"example": Alive(status="ok")})
_FIGURES = OpenApiResponse(str, "Prometheus' text format.")


class OpenView(APIView):
    """A view without authentication, permissions and rate limits, for monitors."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


class HealthView(OpenView):
    """`GET /healthz`"""

    @operation("getHealth", "Ask whether the process answers", tag="Monitoring", answers={200: _ALIVE}, errors=())
    def get(self, request: Request) -> Response:
        """200 as long as this process answers."""
        return Response(Alive(status="ok"))


class ReadyView(OpenView):
    """`GET /readyz`"""

    @operation("getReadiness", "Ask whether the engine answers", tag="Monitoring", answers={200: _ALIVE}, errors=[503])
    def get(self, request: Request) -> Response:
        """200 if the engine answers; else 503."""
        ping()
        return Response(Alive(status="ok"))


class MetricsView(OpenView):
    """`GET /metrics`"""

    @operation(
        "getMetrics",
        "Retrieve figures for Prometheus",
        tag="Monitoring",
        answers={(200, "text/plain"): _FIGURES},
        errors=(),
    )
    def get(self, request: Request) -> HttpResponse:
        """Counts and times by operation and route; nothing of a customer."""
        return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
