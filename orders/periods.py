"""`from` and `to` of a request: business days (inclusive) or instants, as a half-open span of UTC instants."""

from datetime import date, datetime, timedelta

from rest_framework.request import Request

from packprod.api.parameters import refuse_parameter
from packprod.dates import parse_instant, start_of_business_day

_EXAMPLE = "2025-10-20 or 2025-10-20T10:30:00Z"


def created_span(request: Request) -> tuple[datetime | None, datetime | None]:
    """The instants (inclusive start, exclusive end) of `from` and `to`; None where not given.

    Raises InvalidInput naming the parameter that is neither a day nor an instant, or an end before the start.
    """
    start = _bound(request, "from", days=0, step=timedelta(0))
    end = _bound(request, "to", days=1, step=timedelta(microseconds=1))
    if start and end and start >= end:
        refuse_parameter("to", "before_from", "to must not lie before from.")
    return start, end


def _bound(request: Request, name: str, *, days: int, step: timedelta) -> datetime | None:
    """A day becomes its start (or, `days` later, the next one's); an instant stays, plus `step` to include it."""
    text = request.query_params.get(name, "").strip()
    if not text:
        return None
    try:
        if len(text) == len("2025-10-20"):
            return start_of_business_day(date.fromisoformat(text) + timedelta(days=days))
        return parse_instant(text.replace(" ", "+")) + step
    except (ValueError, OverflowError):
        refuse_parameter(name, "invalid", f"{name} must be a business day or an instant: {_EXAMPLE}.")
