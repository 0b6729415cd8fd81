"""What a report page shows: the API's own parameters, read from the address of the page."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest
from rest_framework.request import Request

from packprod.api.parameters import FORMAT_PARAMETERS, refuse_unknown_parameters
from packprod.dates import business_date
from packprod.errors import InvalidInput
from reports.figures.periods import DEFAULT_DAYS, Compare, Period, last_days
from reports.parameters import (
    PERIOD_PARAMETERS,
    asked_compare,
    asked_granularity,
    asked_period,
    asked_product_or_segment,
)

PERIOD_AND_COMPARE = (*PERIOD_PARAMETERS, "compare")


PERIOD_AND_GRANULARITY = (*PERIOD_AND_COMPARE, "granularity")


DEFAULT_PRESET = f"last_{DEFAULT_DAYS}_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParameters:
    """`given` are the parameters in the address that say what is shown: a link with them shows the same."""

    now: datetime
    given: Mapping[str, str] = field(default_factory=dict)

    def query(self, **changes: str | None) -> str:
        """`?…` for the same report with some parameters replaced, or without those that are None."""
        kept = {name: value for name, value in {**self.given, **changes}.items() if value is not None}
        return f"?{urlencode(kept)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodParameters(ReportParameters):
    """A period, what it is compared with, and to which product or segment it is narrowed."""

    period: Period
    compare: Compare = "previous"
    granularity: str
    product: str = ""
    segment: str = ""

    @property
    def preset(self) -> str:
        """The name of the period, empty for a range of one's own."""
        return "" if "from" in self.given or "to" in self.given else self.given.get("preset", DEFAULT_PRESET)

    @property
    def compared(self) -> Period:
        """The period that the report stands beside."""
        return self.period.compared(self.compare)


def period_parameters(request: HttpRequest, *, parameters: Sequence[str], now: datetime) -> PeriodParameters:
    """What the address asks for. Raises InvalidInput that names a parameter which is unknown or wrong."""
    api_request = known_only(request, parameters)
    period = asked_period(api_request, now=now)
    product, segment = asked_product_or_segment(api_request)
    return PeriodParameters(
        now=now,
        given=given(request, parameters),
        period=period,
        compare=asked_compare(api_request),
        granularity=asked_granularity(api_request, period),
        product=product,
        segment=segment,
    )


def period_by_default(now: datetime) -> PeriodParameters:
    """What a bare address shows."""
    period = last_days(DEFAULT_DAYS, until=business_date(now))
    return PeriodParameters(now=now, period=period, granularity=period.default_granularity())


def known_only(request: HttpRequest, parameters: Sequence[str]) -> Request:
    """The request as the API's parsers take it. Raises InvalidInput for a parameter that the page does not know."""
    api_request = Request(request)
    refuse_unknown_parameters(api_request, (*parameters, *FORMAT_PARAMETERS))
    return api_request


def given(request: HttpRequest, parameters: Sequence[str]) -> dict[str, str]:
    """The parameters that are filled in."""
    return {name: request.GET[name] for name in parameters if request.GET.get(name)}


def without_wrong(request: HttpRequest, exc: InvalidInput) -> HttpRequest | None:
    """The request without the parameters that are named as wrong; of a period no half is kept. None where none is
    named: then nothing is known to be right."""
    wrong = {problem.field for problem in exc.problems}
    wrong |= set(PERIOD_PARAMETERS) if wrong & set(PERIOD_PARAMETERS) else set()
    right = request.GET.copy()
    for name in wrong:
        right.pop(name, None)
    rest = copy(request)
    rest.GET = right  # type: ignore[assignment]  # nothing writes into it
    return rest if len(right) < len(request.GET) else None
