"""The base of all API views, and the probes that watch the process and its engine."""

from typing import ClassVar

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from packprod.api.permissions import Requirement
from packprod.api.throttling import RefusedThrottle
from packprod.dynamodb.client import ping
from packprod.observability import metrics


class ApiView(APIView):
    """A view names what it asks for: `required_scope` for tokens, `required_permission` for sessions.

    Each is one value, or one a method: `{"GET": "api:read", "PATCH": "orders:write"}`. Views parse, call one
    selector or service, and answer with `envelope.ok`; errors are raised as domain errors.
    """

    required_scope: ClassVar[Requirement]
    required_permission: ClassVar[Requirement]

    def handle_exception(self, exc: Exception) -> Response:
        refused = isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed)
        throttle = RefusedThrottle()
        if refused and not throttle.allow_request(self.request, self):
            exc = exceptions.Throttled(throttle.wait())
        return super().handle_exception(exc)


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
