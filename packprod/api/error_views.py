"""Django's own error pages (handler400 to handler500), as JSON where the address speaks JSON."""

import sys

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework.response import Response

from packprod.api.errors import handle_exception
from packprod.api.paths import speaks_json
from packprod.api.renderers import to_json


def as_http(response: Response) -> HttpResponse:
    """A DRF answer made outside of DRF's views."""
    headers = {**dict(response.items()), "Content-Type": "application/json"}
    return HttpResponse(to_json(response.data), status=response.status_code, headers=headers)


@csrf_exempt
def unknown_address(request: HttpRequest) -> HttpResponse:
    """The last route under /api/: whatever the method, there is nothing here."""
    return as_http(handle_exception(Http404()))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler400: hosts, headers and forms that Django refuses."""
    if speaks_json(request):
        return as_http(handle_exception(exception))
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler403."""
    if speaks_json(request):
        return as_http(handle_exception(PermissionDenied()))
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """handler404."""
    if speaks_json(request):
        return as_http(handle_exception(Http404()))
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """handler500: called while the exception is being handled, so a lost database can still be told apart."""
    exception = sys.exc_info()[1]
    if speaks_json(request) and isinstance(exception, Exception):
        return as_http(handle_exception(exception))
    return defaults.server_error(request)
