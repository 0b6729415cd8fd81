"""The probes that watch the process and its engine."""

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from packprod.dynamodb.client import ping
from packprod.observability import metrics


class OpenView(APIView):
    """For monitors: nobody signs in, nothing is counted."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


@extend_schema(exclude=True)
class HealthView(OpenView):
    """`GET /healthz`: this process answers."""

    def get(self, request: Request) -> Response:
        return Response({"status": "ok"})


@extend_schema(exclude=True)
class ReadyView(OpenView):
    """`GET /readyz`: the engine answers too; else 503."""

    def get(self, request: Request) -> Response:
        ping()
        return Response({"status": "ok"})


@extend_schema(exclude=True)
class MetricsView(OpenView):
    """`GET /metrics`: figures and routes only, nothing of a customer."""

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
