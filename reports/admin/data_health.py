"""The page of data health: every check with what to do, the runs over the read models, parked rows, dead letters."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from packprod.admin.record_admin import only_post
from packprod.admin.waking import wake
from packprod.api.authentication import actor_of
from packprod.dates import utc_now
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.runs import run_request
from packprod.readmodels.stream.dead_letters import replay
from packprod.readmodels.tasks import execute_run, summarise_buckets
from reports.admin.health_sections import health_context
from reports.models import DataHealth

Kind = ReadModelRun.Kind
_PAGE = "admin:reports_datahealth_changelist"


@admin.register(DataHealth)
class DataHealthPage(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Works while the engine is away, too: it is then that people look here."""

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        return [
            path("", protect(self.page), name="reports_datahealth_changelist"),
            path("verify/", protect(self.verify_view), name="reports_datahealth_verify"),
            path("rebuild/", protect(self.rebuild_view), name="reports_datahealth_rebuild"),
            path("replay/", protect(self.replay_view), name="reports_datahealth_replay"),
        ]

    def page(self, request: HttpRequest) -> HttpResponse:
        """GET."""
        self._require(request, "view")
        may = {name: _may(request, name) for name in ("verify", "rebuild", "replay")}
        context = {
            **self.admin_site.each_context(request),
            **health_context(request, now=utc_now()),
            "title": "Data health",
            "opts": self.opts,
            "may": may,
        }
        answer = TemplateResponse(request, "admin/reports/data_health.html", context)
        if "HX-Request" in request.headers and context["run"] is None:
            answer["HX-Refresh"] = "true"  # the run has ended: headline, cards and buttons are others now
        return answer

    def verify_view(self, request: HttpRequest) -> HttpResponse:
        """`POST …/verify/`: queues a verification."""
        self._require(request, "verify")
        return only_post(request) or self._start(request, Kind.VERIFY, "Verification is queued.")

    def rebuild_view(self, request: HttpRequest) -> HttpResponse:
        """`…/rebuild/`: asks first, then queues a rebuild."""
        self._require(request, "rebuild")
        if request.method == "POST":
            return self._start(request, Kind.REBUILD, "Rebuild is queued.")
        context = {
            **self.admin_site.each_context(request),
            "title": "Rebuild all read models",
            "opts": self.opts,
            "lead": "Every figure is computed again from the orders, and what differs is mended.",
            "note": "Safe while everything runs. It reads every order, so one worker is busy with it meanwhile.",
            "yes": "Rebuild",
            "no_url": reverse(_PAGE),
        }
        return TemplateResponse(request, "packprod_admin/question.html", context)

    def replay_view(self, request: HttpRequest) -> HttpResponse:
        """`POST …/replay/`: all dead letters, or the one named by `letter`. Raises EngineUnavailable."""
        self._require(request, "replay")
        if (refusal := only_post(request)) is not None:
            return refusal
        replayed = replay(now=utc_now(), letter_id=request.POST.get("letter") or None)
        wake(summarise_buckets, sorted(replayed.touched))
        if replayed.failures:
            messages.warning(request, f"{replayed.count} replayed; {len(replayed.failures)} failed again and stay.")
        else:
            messages.success(request, f"{replayed.count} replayed.")
        return HttpResponseRedirect(reverse(_PAGE))

    def _start(self, request: HttpRequest, kind: str, text: str) -> HttpResponse:
        run = run_request(kind=kind, requested_by=actor_of(request.user), now=utc_now())
        if run is None:
            messages.warning(request, "Another verification or rebuild is under way; there is one at a time.")
        else:
            wake(execute_run, run.pk)
            messages.success(request, text)
        return HttpResponseRedirect(reverse(_PAGE))

    def _require(self, request: HttpRequest, right: str) -> None:
        if not _may(request, right):
            raise PermissionDenied

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _may(request: HttpRequest, right: str) -> bool:
    return request.user.has_perm(f"reports.{right}_datahealth")
