"""What a report page is asked to show: the API's own parameters, read from the address of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest
from rest_framework.request import Request

from packprod.api.choices import choice
from packprod.api.parameters import refuse_unknown_parameters
from packprod.dates import business_date
from reports.periods import DEFAULT_DAYS, GRANULARITIES, Period, last_days
from reports.services import Compare
from reports.views import PERIOD_PARAMETERS, asked_period

COMPARISONS = ("previous", "year")
FORMAT = "format"
DEFAULT_PRESET = f"last_{DEFAULT_DAYS}_days"


@dataclass(frozen=True, slots=True)
class Asked:
    """`given` are the parameters in the address that say what is shown: a link with them shows the same."""

    now: datetime
    period: Period
    compare: Compare
    granularity: str
    given: Mapping[str, str] = field(default_factory=dict)

    @property
    def preset(self) -> str:
        """The name of the period, empty for a range of one's own."""
        return "" if "from" in self.given or "to" in self.given else self.given.get("preset", DEFAULT_PRESET)

    def query(self, **changes: str | None) -> str:
        """`?…` for the same report with some parameters replaced, or without those that are None."""
        kept = {name: value for name, value in {**self.given, **changes}.items() if value is not None}
        return f"?{urlencode(kept)}"


def asked(request: HttpRequest, *, parameters: Sequence[str], now: datetime) -> Asked:
    """What the address asks for. Raises InvalidInput that names a parameter which is unknown or wrong."""
    api_request = Request(request)
    refuse_unknown_parameters(api_request, (*parameters, FORMAT))
    period = asked_period(api_request, now=now)
    return Asked(
        now=now,
        period=period,
        compare=cast(Compare, choice(api_request, "compare", COMPARISONS, default="previous")),
        granularity=choice(api_request, "granularity", GRANULARITIES, default=period.default_granularity()),
        given={name: request.GET[name] for name in parameters if request.GET.get(name)},
    )


def asked_by_default(now: datetime) -> Asked:
    """What a bare address shows."""
    period = last_days(DEFAULT_DAYS)(business_date(now))
    return Asked(now=now, period=period, compare="previous", granularity=period.default_granularity())


PERIOD = PERIOD_PARAMETERS
COMPARED = (*PERIOD_PARAMETERS, "compare")
OVER_TIME = (*COMPARED, "granularity")
