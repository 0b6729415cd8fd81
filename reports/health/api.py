"""`GET /api/health/data`, for monitors."""

from datetime import datetime
from typing import Annotated, Any

from django.http.response import HttpResponseBase
from msgspec import Meta
from rest_framework.request import Request
from rest_framework.views import APIView

from packprod.api.answers import JsonObject, ok, one_of
from packprod.api.operations import FILES, answer_of, operation
from packprod.api.parameters import FORMAT, requested_format
from packprod.dates import format_instant, utc_now
from packprod.observability.timing import timed
from packprod.rights import DATA_HEALTH
from reports.health.checks import STATES, Check
from reports.health.export import health_export
from reports.health.report import data_health

State = Annotated[str, one_of(STATES)]


class HealthCheck(JsonObject):
    """One fact, judged."""

    name: Annotated[str, Meta(description="For machines.")]
    title: Annotated[str, Meta(description="For people.")]
    state: State
    value: Annotated[str, Meta(description="What was found, in a few words.")]
    todo: Annotated[str, Meta(description="What to do; empty when green.")]
    figures: Annotated[dict[str, Any], Meta(description="The numbers behind the value.")]


class DataHealth(JsonObject):
    """Every check, and the worst state of them."""

    state: State
    checks: list[HealthCheck]


_EXAMPLE = HealthCheck(
    name="deadLetters",
    title="Dead letters",
    state="red",
    value="1",
    todo="The figures of these orders are old. Mend the cause, then replay.",
    figures={"count": 1},
)


class DataHealthView(APIView):
    """`GET /api/health/data`"""

    required_scope = "api:read"
    required_permission = DATA_HEALTH.view
    export_permission = DATA_HEALTH.export

    @operation(
        "getDataHealth",
        "Ask whether all data is in the figures",
        tag="Monitoring",
        query=(FORMAT,),
        answers={
            200: answer_of(
                DataHealth,
                "The checks; 200 also while the engine is away, which is one of them.",
                source="projection",
                examples={"example": DataHealth("red", [_EXAMPLE])},
            ),
            **FILES,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Stream, queue, summaries, parked, odd orders, dead letters, inbox, verification and sweeps, each judged."""
        now, file_format = utc_now(), requested_format(request)
        with timed("getDataHealth"):
            health = data_health(now=now)
        if file_format:
            return health_export(health, format=file_format, now=now)
        return ok(DataHealth(health.state, [_check(one) for one in health.checks]), source="projection")


def _check(check: Check) -> HealthCheck:
    figures = {name: format_instant(one) if isinstance(one, datetime) else one for name, one in check.figures.items()}
    return HealthCheck(check.name, check.title, check.state, check.value, check.todo, figures)
