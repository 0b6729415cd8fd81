"""The admin's error pages: forbidden, not found, our fault, engine unreachable; each with the menu and a way back."""

from collections.abc import Callable
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse

from packprod.api.errors import RETRY_AFTER_SECONDS, speaks_json
from packprod.errors import EngineUnavailable, ListBeingBuilt
from packprod.observability.request_context import current_request

log = structlog.get_logger(__name__)
_FORBIDDEN = (
    "You may not open this page",
    "Your account lacks the permission for this page or this step. Ask whoever manages your team's accounts.",
)
_ELSEWHERE = (EngineUnavailable, DatabaseError, SuspiciousOperation, BadRequest)  # these have pages of their own
_NOT_FOUND = ("There is no such page", "The address may have a slip in it, or what was here is gone.")


class ErrorPagesMiddleware:
    """Turns what an admin view raises into a page of 403, 404 or 500; JSON addresses have answers of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        """An action that is not this person's: Django would only say that none was selected."""
        return _page(request, 403, *_FORBIDDEN) if is_refused_action(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Only for pages of the admin."""
        match = request.resolver_match
        if match is None or match.app_name != "admin" or speaks_json(request):
            return None
        if isinstance(exception, PermissionDenied):
            return _page(request, 403, *_FORBIDDEN)
        if isinstance(exception, Http404):
            return _page(request, 404, *_NOT_FOUND)
        if isinstance(exception, OverflowError) and ERROR_FLAG not in request.GET:
            return _whole_list(request)
        return None if settings.DEBUG or isinstance(exception, _ELSEWHERE) else _our_fault(request, exception)


def _our_fault(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    log.error("Unexpected error", exc_info=exception)
    text = (
        f"The log has it under {current_request().id}: tell whoever runs PackProd. If you were changing something, "
        "look whether it is saved before you try again."
    )
    return _page(request, 500, "Something went wrong on our side", text)


def _whole_list(request: HttpRequest) -> HttpResponseBase:
    """Leads to the whole list, as Django does for an invalid filter; a day beyond every calendar it does not catch."""
    messages.warning(request, "No date or number can be that far away. Here is the whole list.")
    return HttpResponseRedirect(f"{request.path}?{ERROR_FLAG}=1")


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponseBase:
    """Menu and header as always, what happened, and the way to the start page."""
    context = {**admin.site.each_context(request), "title": title, "text": text}
    return TemplateResponse(request, "packprod_admin/error.html", context, status=status).render()


_CHANGE_LIST = "_changelist"


def is_refused_action(request: HttpRequest) -> bool:
    """Whether a POST names an action of a list that this person may not use.

    Those who are not signed in are sent to the login, and an unknown action gets Django's own message."""
    model_admin = _listed_by(request) if request.method == "POST" else None
    if model_admin is None or not admin.site.has_permission(request):
        return False
    sent = set(request.POST.getlist("action"))  # only here: a body that is read as a form can't be read again
    known = {name for _, name, _ in model_admin._get_base_actions()}  # type: ignore[attr-defined]  # Django has no public list
    return bool(sent & known - set(model_admin.get_actions(request)))


def _listed_by(request: HttpRequest) -> "admin.ModelAdmin | None":  # type: ignore[type-arg]  # of any model
    """The ModelAdmin of the change list that a request is for; None for any other page."""
    match = request.resolver_match
    name = (match.url_name or "") if match and match.app_name == "admin" else ""
    if not name.endswith(_CHANGE_LIST):
        return None
    app, _, model = name.removesuffix(_CHANGE_LIST).rpartition("_")
    found = apps.all_models[app].get(model)
    return admin.site.get_model_admin(found) if found and admin.site.is_registered(found) else None


class OutageMiddleware:
    """Turns EngineUnavailable in an admin view into a page of 503; the API has answers of its own."""

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
