"""What the answers of all reports share: how they are documented, their envelope, and that none is computed or sent
twice.

What a report says follows from its parameters and from the versions of the rows it is computed from. Together they are
its edition: the ETag that a client sends back as If-None-Match, and the key under which this process holds the rendered
report. The rest of an answer, its `meta`, differs with each request, so the ETag is a weak one (RFC 9110, 8.8.1).
"""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from packprod.api.answers import Pagination, answer_meta, ok
from packprod.api.operations import FILES, answer_of, header
from packprod.json_objects import to_json
from packprod.observability.timing import TimedRead
from packprod.readmodels.held import HELD
from packprod.readmodels.rebuild.definitions import are_rules_outdated
from packprod.version import __version__

Report = TypeVar("Report")

IF_NONE_MATCH = header(
    "If-None-Match", "The ETag of an answer that is still at hand: 304 without a body, if it would be the same again."
)
_CACHING: Final = "private, no-cache"
"""Clients may keep an answer, and ask each time whether it still holds."""


def report_answers(data: Any, *, name: str = "", example: Any) -> dict[Any, OpenApiResponse]:
    """For `@operation`: the report as JSON, `data` its type, and as a file. `name`: as in `answer_of`."""
    return {
        200: answer_of(data, "The report.", name=name, source="projection", examples={"example": example}),
        304: OpenApiResponse(description="The report is the one that If-None-Match names."),
        **FILES,
    }


def report_ok(data: Any, *, pagination: Pagination | None = None) -> Response:
    """The report in its envelope, which says whether its figures may be those of old settings.

    Raises EngineUnavailable.
    """
    return ok(data, source="projection", cache_hit=True, pagination=pagination, rebuilding=are_rules_outdated())


def edition_of(*depends_on: object) -> str:
    """The edition of a report that depends on nothing but these, the program and its settings; the order counts."""
    rules = (__version__, settings.PACKPROD_CLIENT_ID, settings.PACKPROD_TIME_ZONE)
    return hashlib.blake2b(repr((rules, depends_on)).encode(), digest_size=16).hexdigest()


def report_answer(
    request: Request,
    edition: str,
    report: Callable[[], Report],
    *,
    reading: TimedRead,
    items: Callable[[Report], int],
) -> HttpResponse:
    """The report of this edition in its envelope; 304 for a client that has it already.

    `report` is called if this process does not hold it; `items` counts what it says, for the log.
    Raises EngineUnavailable.
    """
    rebuilding = are_rules_outdated()
    etag = f'W/"{edition}{"-rebuilding" if rebuilding else ""}"'
    if _has(request, etag):
        reading.hit(items=0)
        return _cacheable(HttpResponseNotModified(), etag)
    count, data = _rendered(edition, report, items)
    reading.hit(items=count)
    meta = to_json(answer_meta(source="projection", cache_hit=True, rebuilding=rebuilding))
    body = b'{"data":%b,"meta":%b}' % (data, meta)  # an `Answer`
    return _cacheable(HttpResponse(body, content_type="application/json", status=HTTPStatus.OK), etag)


def _has(request: Request, etag: str) -> bool:
    """Whether the client has this answer at hand."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return given == ["*"] or etag.removeprefix("W/") in (one.removeprefix("W/") for one in given)


def _rendered(edition: str, report: Callable[[], Report], items: Callable[[Report], int]) -> tuple[int, bytes]:
    """How many items the report has, and the report as JSON."""
    held: tuple[int, bytes] | None = HELD.get(("report", edition), edition)
    if held is None:
        made = report()
        held = items(made), to_json(made)
        HELD.put(("report", edition), edition, held, size=len(held[1]))
    return held


def _cacheable(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"], response["Cache-Control"] = etag, _CACHING
    patch_vary_headers(response, ("Authorization", "Cookie"))
    return response
