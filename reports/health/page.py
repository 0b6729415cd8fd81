"""The page of data health: every check with what to do, the runs over the read models, parked rows, dead letters."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from rest_framework.request import Request
from unfold.admin import ModelAdmin

from packprod.admin.formats import ago, currency, label, moment, number, one_line
from packprod.admin.links import list_link, may_view, page_link
from packprod.admin.panels import Heading, Panel, table_panel
from packprod.admin.record_admin import only_post
from packprod.admin.waking import wake
from packprod.api.authentication import actor_of
from packprod.api.parameters import requested_format
from packprod.dates import utc_now
from packprod.errors import EngineUnavailable, TooManyExports
from packprod.exports.response import CONTENT_TYPES
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.parked import parked_page
from packprod.readmodels.runs import run_request
from packprod.readmodels.stream.dead_letters import dead_letters, replay
from packprod.readmodels.tasks import execute_run, summarise_buckets
from reports.health import parked
from reports.health.checks import Check
from reports.health.export import health_export
from reports.health.odd import OddOrders, odd_in_words
from reports.health.report import Health, data_health, last_verification
from reports.health.sweeps import sweep_states
from reports.models import DataHealth
from reports.pages.filter_bar import BarLink

Kind = ReadModelRun.Kind
_PAGE = "admin:reports_datahealth_changelist"
_FILES = (BarLink("CSV", "?format=csv", current=False), BarLink("Excel", "?format=xlsx", current=False))


@admin.register(DataHealth)
class DataHealthPage(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Works while the engine is away, too: it is then that people look here."""

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        return [
            path("", protect(self.page), name="reports_datahealth_changelist"),
            path("verify/", protect(self.verify_view), name="reports_datahealth_verify"),
            path("rebuild/", protect(self.rebuild_view), name="reports_datahealth_rebuild"),
            path("parked/", protect(self.parked_view), name="reports_datahealth_parked"),
            path("parked/read/", protect(self.read_view), name="reports_datahealth_read"),
            path("parked/assign/", protect(self.assign_view), name="reports_datahealth_assign"),
            path("parked/file/", protect(self.parked_file_view), name="reports_datahealth_parked_file"),
            path("replay/", protect(self.replay_view), name="reports_datahealth_replay"),
        ]

    def page(self, request: HttpRequest) -> HttpResponseBase:
        """GET; with `format=csv` or `xlsx`, the checks as a file."""
        self._require(request, "view")
        if request.GET.get("format") in CONTENT_TYPES:
            return self._file(request)
        may = {name: _may(request, name) for name in ("verify", "rebuild", "replay")}
        context = {
            **self.admin_site.each_context(request),
            **health_context(request, now=utc_now()),
            "title": "Data health",
            "opts": self.opts,
            "may": may,
            "files": _FILES if _may(request, "export") else (),
        }
        answer = TemplateResponse(request, "admin/reports/data_health.html", context)
        if "HX-Request" in request.headers and context["run"] is None:
            answer["HX-Refresh"] = "true"  # the run has ended: headline, cards and buttons are others now
        return answer

    def _file(self, request: HttpRequest) -> HttpResponseBase:
        self._require(request, "export")
        file_format, now = requested_format(Request(request)), utc_now()
        try:
            return health_export(data_health(now=now), format=file_format or "csv", now=now)
        except TooManyExports as exc:
            messages.warning(request, exc.message)
            return HttpResponseRedirect(reverse(_PAGE))

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

    def parked_view(self, request: HttpRequest) -> HttpResponse:
        """`…/parked/`"""
        self._require(request, "view")
        return parked.parked_view(request)

    def read_view(self, request: HttpRequest) -> HttpResponse:
        """`POST …/parked/read/`"""
        self._require(request, "view", parked.may_read_again)
        return only_post(request) or parked.read_again(request)

    def assign_view(self, request: HttpRequest) -> HttpResponse:
        """`…/parked/assign/`"""
        self._require(request, "view", parked.may_assign)
        return parked.assign_view(request)

    def parked_file_view(self, request: HttpRequest) -> HttpResponseBase:
        """`…/parked/file/`"""
        self._require(request, "view", parked.may_export)
        return parked.parked_file(request)

    def _start(self, request: HttpRequest, kind: str, text: str) -> HttpResponse:
        run = run_request(kind=kind, requested_by=actor_of(request.user), now=utc_now())
        if run is None:
            messages.warning(request, "Another verification or rebuild is under way; there is one at a time.")
        else:
            wake(execute_run, run.pk)
            messages.success(request, text)
        return HttpResponseRedirect(reverse(_PAGE))

    def _require(
        self, request: HttpRequest, right: str, also: Callable[[HttpRequest], bool] = lambda request: True
    ) -> None:
        if not (_may(request, right) and also(request)):
            raise PermissionDenied

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _may(request: HttpRequest, right: str) -> bool:
    return request.user.has_perm(f"reports.{right}_datahealth")


LISTED = 100
RUNS = 10
LABELS = {"green": ("Good", "success"), "amber": ("Watch", "warning"), "red": ("Act", "danger")}
_ALL_GOOD = "Everything that came in is in the figures, as far as anybody can tell."
_RUN_COLOURS = {"Queued": "info", "Running": "info", "Finished": "success", "Failed": "danger"}


def health_context(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Everything the template shows."""
    active = ReadModelRun.objects.filter(slot__isnull=False).first()  # first: what ends from here on is read again
    health = data_health(now=now)
    lists = [] if health.checks[0].state == "red" else _engine_lists(request, health)
    return {
        "state": label(*LABELS[health.state]),
        "sentence": _sentence(health),
        "checks": [(check, label(*LABELS[check.state]), _link(request, check)) for check in health.checks],
        "run": _run_progress(active) if active else None,
        "panels": [_runs_panel(), *_differences_panel(), *lists, _sweeps_panel(now)],
        "letters": _letters() if health.checks[0].state == "green" else [],
    }


def _sentence(health: Health) -> str:
    """What is to be done or watched, the worst first: `Stream: 5 min behind. Verification: never verified.`"""
    found = [check for state in ("red", "amber") for check in health.checks if check.state == state]
    return " ".join(f"{check.title}: {check.value[:1].lower()}{check.value[1:]}." for check in found) or _ALL_GOOD


def _link(request: HttpRequest, check: Check) -> tuple[str, str] | None:
    """Address and label of the page where a check's rows are dealt with, for users who may open it."""
    if check.name == "parked" and check.todo:
        return reverse("admin:reports_datahealth_parked"), "See why, and mend"
    if check.name == "references" and check.todo and may_view(request.user, "orders.order"):
        first = min(check.figures["orderIDs"])
        return f"{reverse('admin:orders_order_changelist')}?{urlencode({'q': first})}", f"Orders of {first}"
    if check.name == "inbox" and may_view(request.user, "customers.receivedimport"):
        address = reverse("admin:customers_receivedimport_changelist")
        return (f"{address}?state__exact=waiting", "Open the inbox") if check.todo else (address, "Open the inbox")
    return None


def _run_progress(run: ReadModelRun) -> dict[str, Any]:
    """Its progress, measured by how many rows the last one looked at."""
    before = ReadModelRun.objects.filter(kind=run.kind, state=ReadModelRun.State.FINISHED, rows__gt=0)
    expected = before.order_by("-ended_at").values_list("rows", flat=True).first()
    return {
        "title": run.get_kind_display(),
        "state": run.get_state_display(),
        "rows": number(run.rows),
        "value": min(run.rows, expected) if expected else None,
        "expected": expected,
        "expected_text": number(expected) if expected else "",
        "by": run.created_by,
    }


def _runs_panel() -> Panel:
    headings = (
        Heading("Asked for"),
        Heading("What"),
        Heading("By"),
        Heading("State"),
        Heading("Rows", figure=True),
        Heading("Differences", figure=True),
        Heading("Seconds", figure=True),
    )
    rows = [_run_row(run) for run in ReadModelRun.objects.all()[:RUNS]]
    return table_panel("Verifications and rebuilds", headings, rows, when_empty="None yet.")


def _run_row(run: ReadModelRun) -> tuple[Any, ...]:
    state = run.get_state_display()
    return (
        one_line(moment(run.created_at)),
        format_html('{}<div class="pp-note">{}</div>', run.get_kind_display(), run.trouble),
        run.created_by,
        label(state, _RUN_COLOURS[state]),
        number(run.rows),
        None if run.differences is None else number(run.differences),
        None if run.seconds is None else f"{run.seconds:.0f}",
    )


def _differences_panel() -> list[Panel]:
    run = last_verification()
    if run is None or not run.differences:
        return []
    note = f"The first {len(run.listed)} of {number(run.differences)}." if run.differences > len(run.listed) else ""
    rows = [(line,) for line in run.listed]
    return [table_panel("Differences the last verification found", (Heading("Row"),), rows, note=note)]


def _engine_lists(request: HttpRequest, health: Health) -> list[Panel]:
    try:
        found = parked_page(limit=LISTED, position=None)
    except EngineUnavailable:
        return []
    rows = [
        (
            page_link(request, "orders.order", one.order_id, one.order_id),
            one.reason,
            None if one.amount is None else currency(one.amount),
        )
        for one in found.items
    ]
    note = f"The first {LISTED}." if found.next_position else ""
    headings = (Heading("Order"), Heading("Why"), Heading("Worth", figure=True))
    parked_rows = table_panel("Parked orders", headings, rows, note=note, when_empty="None: every order can be used.")
    return [*_odd_panels(request, health), parked_rows]


def _odd_panels(request: HttpRequest, health: Health) -> list[Panel]:
    """What the check found odd, each kind with a link to its orders; none where the check could not look."""
    return [_odd_panel(request, check.figures) for check in health.checks if check.name == "oddOrders"]


def _odd_panel(request: HttpRequest, figures: dict[str, Any]) -> Panel:
    odd = OddOrders(figures["counts"], figures["statuses"], figures["localTimeSenders"])
    rows = [
        (list_link(request, "orders.order", what, **filters), None if count is None else number(count))
        for what, count, filters in odd_in_words(odd)
    ]
    note = "They count in every figure; look whether they should."
    headings = (Heading("What"), Heading("Orders", figure=True))
    return table_panel("Odd orders", headings, rows, note=note if rows else "", when_empty="None.")


def _letters() -> list[dict[str, str]]:
    try:
        letters = list(islice(dead_letters(), LISTED))
    except EngineUnavailable:
        return []
    return [
        {"id": letter["letterID"], "order": letter["sourceID"], "reason": letter["reason"], "at": letter["failedAt"]}
        for letter in letters
    ]


def _sweeps_panel(now: datetime) -> Panel:
    rows = [
        (
            sweep.name.capitalize(),
            ago(sweep.last_run, now=now) if sweep.last_run else "not yet",
            label("Late", "danger") if sweep.is_late(now=now) else label("On time", "success"),
        )
        for sweep in sweep_states()
    ]
    note = "The last runs are written down every three minutes."
    headings = (Heading("Sweep"), Heading("Last run"), Heading("State"))
    return table_panel("Sweeps", headings, rows, note=note, when_empty="The schedule has not run yet: start `beat`.")
