"""A small site on top of the API's pieces, as the product's own views use them."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import include, path, re_path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from packprod.api.answers import ok, pagination
from packprod.api.json import json_body
from packprod.api.parameters import PAGE_PARAMETERS, page_params, refuse_unknown_parameters, requested_format
from packprod.errors import EngineUnavailable, FieldProblem, InvalidInput, NotFound, OrderConflict
from packprod.exports.export import Column, Export
from packprod.exports.response import export_response
from packprod.observability.timing import timed
from packprod.readmodels.lists.walk import Position

handler400 = "packprod.api.errors.bad_request"
handler403 = "packprod.api.errors.permission_denied"
handler404 = "packprod.api.errors.page_not_found"
handler500 = "packprod.api.errors.server_error"

SECRET = "jane.doe@example.com"  # in every exception below: none may reach the log


def _nested_errors() -> Exception:
    class Item(serializers.Serializer[Any]):
        quantity = serializers.IntegerField(min_value=1)

    class Order(serializers.Serializer[Any]):
        reference = serializers.CharField()
        items = Item(many=True)

    order = Order(data={"items": [{"quantity": 1}, {"quantity": 0}]})
    order.is_valid()
    return serializers.ValidationError(order.errors)


FAILURES: dict[str, Any] = {
    "invalid": lambda: InvalidInput(
        "The order is not valid.",
        problems=[
            FieldProblem("items.0.quantity", "too_small", "must be more than 0"),
            FieldProblem("total", "total_mismatch", "does not agree"),
            FieldProblem("currency", "currency_not_supported", "is not AUD"),
        ],
    ),
    "missing": lambda: NotFound("There is no customer with this ID."),
    "conflict": lambda: OrderConflict("The order exists.", problems=[FieldProblem("total", "differs", "differs")]),
    "engine": lambda: EngineUnavailable("The engine is away."),
    "sql": lambda: OperationalError(f"connection of {SECRET} lost"),
    "bug": lambda: ValueError(f"{SECRET} broke it"),
    "serializer": _nested_errors,
    "suspicious": lambda: SuspiciousOperation(SECRET),
}


class Echo(APIView):
    required_scope = {"GET": "api:read", "POST": "orders:import"}
    required_permission = {"GET": "api.view_apitoken", "POST": "api.add_apitoken"}

    def get(self, request: Request) -> Response:
        return ok({"total": Decimal("1234.50")}, source="cache", cache_hit=True)

    def post(self, request: Request) -> Response:
        return ok(json_body(request), source="orders", status=201)

    def delete(self, request: Request) -> Response:
        raise AssertionError("never reached: no scope is named for it")


class Failing(APIView):
    required_scope = "api:read"
    required_permission = "api.view_apitoken"

    def get(self, request: Request, kind: str) -> Response:
        raise FAILURES[kind]()


class Numbers(APIView):
    required_scope = "api:read"
    required_permission = "api.view_apitoken"

    def get(self, request: Request) -> Response:
        refuse_unknown_parameters(request, {"search", "sort", *PAGE_PARAMETERS})
        scope = f"numbers:{request.query_params.get('sort')}"
        page = page_params(request, scope=scope)
        with timed("listNumbers") as reading:
            start = int(page.position.after or 0) if page.position else 0
            rows = list(range(start, min(start + page.limit, 120)))
            reading.hit(items=len(rows))
        following = Position(str(rows[-1] + 1)) if rows[-1] < 119 else None
        part = pagination(page, next_position=following, scope=scope, total=120)
        return ok(rows, source="cache", cache_hit=reading.from_cache, pagination=part)


LINES: Export[str] = Export("lines", (Column("Line", lambda line: line),))


class Lines(APIView):
    """`?count=` lines of 100 characters as a file; with `fails`, the engine is lost after them."""

    required_scope = "api:read"
    required_permission = "api.view_apitoken"

    def get(self, request: Request) -> HttpResponseBase:
        file_format = requested_format(request) or "csv"
        return export_response(LINES, self._lines(request), format=file_format, filename="lines")

    def _lines(self, request: Request) -> Iterator[str]:
        for number in range(int(request.query_params["count"])):
            yield f"{number:0100}"
        if "fails" in request.query_params:
            raise EngineUnavailable(SECRET)


class Forgetful(APIView):
    def get(self, request: Request) -> Response:
        raise AssertionError("never reached: a view without a scope is refused")


def broken_page(request: HttpRequest) -> HttpResponse:
    raise FAILURES[request.GET.get("kind", "bug")]()


urlpatterns = [
    path("api/echo", Echo.as_view()),
    path("api/numbers", Numbers.as_view()),
    path("api/lines", Lines.as_view()),
    path("api/forgetful", Forgetful.as_view()),
    path("api/failing/<str:kind>", Failing.as_view()),
    path("api/outside-drf", broken_page),
    path("page", broken_page),
    re_path(r"^admin/contacts/import/?$", Echo.as_view()),
    path("", include("packprod.urls")),
]
