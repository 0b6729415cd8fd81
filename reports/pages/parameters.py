"""The parameters of a report page: those of the API, read from the address of the page."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from rest_framework.request import Request

from packprod.api.parameters import FORMAT, QueryParameter, refuse_unknown_parameters
from packprod.dates import business_date
from packprod.errors import InvalidInput
from reports.figures.periods import DEFAULT_DAYS, Compare, Period, last_days
from reports.parameters import COMPARE, PERIOD, granularity_of, period_of, product_or_segment

DEFAULT_PRESET = f"last_{DEFAULT_DAYS}_days"
Known = Sequence[QueryParameter[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParameters:
    """`given` are the parameters of the address that decide what is shown: a link with them shows the same."""

    now: datetime
    given: Mapping[str, str] = field(default_factory=dict)

    def query(self, **changes: str | None) -> str:
        """`?…` for the same report with some parameters replaced, or without those that are None."""
        kept = {name: value for name, value in {**self.given, **changes}.items() if value is not None}
        return f"?{urlencode(kept)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodParameters(ReportParameters):
    """A period, what it is compared with, and to which product or segment it is narrowed.

    `names_customers`: whether this person may see who the customers are.
    """

    period: Period
    compare: Compare = "previous"
    granularity: str
    product: str = ""
    segment: str = ""
    names_customers: bool = False

    @property
    def preset(self) -> str:
        """The name of the period, empty for a range of one's own."""
        return "" if "from" in self.given or "to" in self.given else self.given.get("preset", DEFAULT_PRESET)

    @property
    def compared(self) -> Period:
        """The period that the report stands beside."""
        return self.period.compared(self.compare)


def period_parameters(request: HttpRequest, *, known: Known, now: datetime) -> PeriodParameters:
    """Reads the parameters of the address. Raises InvalidInput naming one that is unknown or wrong."""
    api_request = known_only(request, known)
    period = period_of(api_request, now=now)
    product, segment = product_or_segment(api_request)
    return PeriodParameters(
        now=now,
        given=given(request, known),
        period=period,
        compare=COMPARE.of(api_request),
        granularity=granularity_of(api_request, period),
        product=product,
        segment=segment,
    )


def default_period_parameters(now: datetime) -> PeriodParameters:
    """The parameters of an address that has none."""
    period = last_days(DEFAULT_DAYS, until=business_date(now))
    return PeriodParameters(now=now, period=period, granularity=period.default_granularity())


def known_only(request: HttpRequest, known: Known) -> Request:
    """The request as API parameters are read from it. Raises InvalidInput for a parameter that is not known."""
    api_request = Request(request)
    refuse_unknown_parameters(api_request, [one.name for one in (*known, FORMAT)])
    return api_request


def given(request: HttpRequest, known: Known) -> dict[str, str]:
    """The parameters that are filled in, in the order of `known`."""
    return {one.name: request.GET[one.name] for one in known if request.GET.get(one.name)}


def without_wrong(request: HttpRequest, exc: InvalidInput) -> HttpRequest | None:
    """The request without the parameters that are named as wrong; of a period no half is kept. None where none is
    named: then nothing is known to be right."""
    wrong = {problem.field for problem in exc.problems}
    period = {one.name for one in PERIOD}
    wrong |= period if wrong & period else set()
    right = request.GET.copy()
    for name in wrong:
        right.pop(name, None)
    rest = copy(request)
    rest.GET = right  # type: ignore[assignment]  # nothing writes into it
    return rest if len(right) < len(request.GET) else None
