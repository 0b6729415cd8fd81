"""The engine is away: every admin page says so with a banner and a retry link, and never shows an empty table."""

from collections.abc import Callable

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from packprod.errors import EngineUnavailable, ListBeingBuilt

RETRY_AFTER_SECONDS = 5


class OutageMiddleware:
    """Answers 503 for what any admin view raises as EngineUnavailable; the API has answers of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Only for pages of the admin."""
        match = request.resolver_match
        if not isinstance(exception, EngineUnavailable) or match is None or match.app_name != "admin":
            return None
        return outage_page(request, exception)


def outage_page(request: HttpRequest, error: EngineUnavailable) -> HttpResponseBase:
    """Menu and header as always, and what happened; trying again repeats reading, never a change."""
    retry_url = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
    context = {
        **admin.site.each_context(request),
        "title": "This list is being built" if isinstance(error, ListBeingBuilt) else "The database does not answer",
        "message": error.message,
        "retry_url": retry_url,
        "was_change": request.method not in ("GET", "HEAD"),
    }
    return TemplateResponse(
        request,
        "packprod_admin/outage.html",
        context,
        status=503,
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    ).render()
