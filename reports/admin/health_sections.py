"""What the page of data health shows below its checks: runs, differences, parked rows, dead letters, sweeps."""

from datetime import datetime
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from packprod.admin.formats import ago, label, moment, number, one_line
from packprod.admin.links import may_view, page_link
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, table_panel
from packprod.errors import EngineUnavailable
from packprod.readmodels.models import ReadModelRun
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.stream.dead_letters import dead_letters
from reports.health.checks import Check
from reports.health.report import Health, data_health, last_verification
from reports.health.sweeps import sweep_states

LISTED = 100
RUNS = 10
LABELS = {"green": ("Good", "success"), "amber": ("Watch", "warning"), "red": ("Act", "danger")}
_ALL_GOOD = "Everything that came in is in the figures, as far as anybody can tell."
_RUN_COLOURS = {"Queued": "info", "Running": "info", "Finished": "success", "Failed": "danger"}


def health_context(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """Everything the template shows."""
    active = ReadModelRun.objects.filter(slot__isnull=False).first()  # first: what ends from here on is read again
    health = data_health(now=now)
    lists = [] if health.checks[0].state == "red" else _engine_lists(request)
    return {
        "state": label(*LABELS[health.state]),
        "sentence": _sentence(health),
        "checks": [(check, label(*LABELS[check.state]), _link(request, check)) for check in health.checks],
        "run": _run_shown(active) if active else None,
        "panels": [_runs_panel(), *_differences_panel(), *lists, _sweeps_panel(now)],
        "letters": _letters() if health.checks[0].state == "green" else [],
    }


def _sentence(health: Health) -> str:
    """What is to be done or watched, the worst first: `Stream: 5 min behind. Verification: never verified.`"""
    found = [check for state in ("red", "amber") for check in health.checks if check.state == state]
    return " ".join(f"{check.title}: {check.value[:1].lower()}{check.value[1:]}." for check in found) or _ALL_GOOD


def _link(request: HttpRequest, check: Check) -> tuple[str, str] | None:
    """Where a check's rows are dealt with, for who may open it."""
    if check.name == "inbox" and may_view(request.user, "customers.receivedimport"):
        address = reverse("admin:customers_receivedimport_changelist")
        return (f"{address}?state__exact=waiting", "Open the inbox") if check.todo else (address, "Open the inbox")
    return None


def _run_shown(run: ReadModelRun) -> dict[str, Any]:
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
    shown = label(state, _RUN_COLOURS[state])
    return (
        one_line(moment(run.created_at)),
        format_html('{}<div class="pp-note">{}</div>', run.get_kind_display(), run.trouble),
        run.created_by,
        shown,
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


def _engine_lists(request: HttpRequest) -> list[Panel]:
    try:
        parked = parked_orders()
    except EngineUnavailable:
        return []
    rows = [(page_link(request, "orders.order", one.order_id, one.order_id), one.reason) for one in parked[:LISTED]]
    note = f"The first {LISTED} of {number(len(parked))}." if len(parked) > LISTED else ""
    headings = (Heading("Order"), Heading("Why"))
    return [table_panel("Parked orders", headings, rows, note=note, when_empty="None: every order can be used.")]


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
