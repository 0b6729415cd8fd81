"""Addresses of the API are exact: a slash that was sent as %2F belongs to the id and parts nothing.

WSGI decodes the path before Django sees it, so that `/api/products/BOX%2F` and `/api/products/BOX/` look the same.
gunicorn also passes on the path as it was sent (RAW_URI). From it comes the `path_info` that addresses under /api/ are
matched against: decoded, but for the two characters that would be ambiguous, `/` within an id (%2F) and `%` (%25).
What the pattern found is decoded before the view gets it.

A server that passes no raw path (Django's runserver, a proxy that decodes) cannot tell: there a slash is a slash.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import repercent_broken_unicode

GetResponse = Callable[[HttpRequest], HttpResponseBase]
_UNDER_API = "/api/"
_RAW = ("RAW_URI", "REQUEST_URI")  # gunicorn; uWSGI, mod_wsgi
_KEPT = re.compile("%(2F|25)")


def id_pattern(name: str, *, longest: int = 2048) -> str:
    """The part of a route's pattern that an id stands in: any text, as other writers choose ids (DynamoDB: at most 2048
    bytes). Slashes that were sent as they are belong to it, too, where no longer address matches."""
    return rf"(?P<{name}>[\s\S]{{1,{longest}}}?)"


class ExactAddressMiddleware:
    """Before everything that reads `path_info`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(_UNDER_API):
            request.path_info = _exact(request)
        return self.get_response(request)


def exact_arguments(request: HttpRequest, found: dict[str, Any]) -> dict[str, Any]:
    """What the pattern of an address found, decoded."""
    if not request.path_info.startswith(_UNDER_API):
        return found
    return {name: _decoded(text) if isinstance(text, str) else text for name, text in found.items()}


def _exact(request: HttpRequest) -> str:
    """The path with %2F and %25 as they were sent; the decoded one, where the server passes no raw path."""
    segments = [_text(segment) for segment in _raw_path(request).split("/")]
    if "/".join(segments) == request.path:
        prefix = request.path[: len(request.path) - len(request.path_info)].count("/")
        segments = segments[prefix:]
        return "/".join(["", *(segment.replace("%", "%25").replace("/", "%2F") for segment in segments[1:])])
    return request.path_info.replace("%", "%25")


def _raw_path(request: HttpRequest) -> str:
    raw = next((request.META[name] for name in _RAW if name in request.META), "")
    if not raw.startswith("/"):  # the absolute form, which proxies send: http://host/path
        raw = urlsplit(raw).path
    return str(raw.partition("?")[0].partition("#")[0])


def _text(segment: str) -> str:
    """As Django decodes a path: what is no UTF-8 stays encoded."""
    return repercent_broken_unicode(unquote_to_bytes(segment)).decode()


def _decoded(text: str) -> str:
    return _KEPT.sub(lambda found: chr(int(found[1], 16)), text)
