"""The page of a bulk status change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest

from orders.admin.statuses import status_label, status_name
from orders.bulk.models import UNDONE, BulkStatusChange, BulkStatusItem
from orders.statuses import ORDER_STATUSES
from packprod.admin.formats import label, moment, number
from packprod.admin.links import link, page_link
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, facts_panel, table_panel
from packprod.dates import utc_now

LISTED = 500
State, Outcome = BulkStatusChange.State, BulkStatusItem.Outcome
STATE_COLOURS = {
    "Collecting": "info",
    "To be confirmed": "warning",
    "Queued": "info",
    "Running": "info",
    "Stopping…": "warning",
    "Stopped": "danger",
    "Finished": "success",
}
_UNDONE_HEADINGS = (Heading("Order"), Heading("Outcome"), Heading("Reason"))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders came out how."""

    by_outcome: dict[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_outcome.values())

    @property
    def done(self) -> int:
        """Changed by this."""
        return self.by_outcome.get(Outcome.DONE, 0)

    @property
    def reached(self) -> int:
        """Looked at, however it came out."""
        return self.total - self.by_outcome.get(Outcome.PENDING, 0)


def item_counts(change: BulkStatusChange) -> Counts:
    """One query."""
    found = change.items.order_by().values("outcome").annotate(count=Count("pk"))
    return Counts({row["outcome"]: row["count"] for row in found})


def state_name(change: BulkStatusChange) -> str:
    """The state in words, one of STATE_COLOURS."""
    return "Stopping…" if change.is_stopping(now=utc_now()) else State(change.state).label


def bulk_panels(request: HttpRequest, change: BulkStatusChange, *, confirm_url: str, csv_url: str) -> Sequence[Panel]:
    """In order. `confirm_url` empty: this person may not confirm."""
    counts = item_counts(change)
    panels = [facts_panel("Bulk change", _facts(change))]
    if change.state == State.READY:
        panels.append(_question_panel(change, counts, confirm_url))
    else:
        panels.append(_progress_panel(change, counts))
    undone = _undone_panel(request, change, csv_url)
    return [*panels, undone] if undone else panels


def _question_panel(change: BulkStatusChange, counts: Counts, confirm_url: str) -> Panel:
    pending = change.items.filter(outcome=Outcome.PENDING)
    now = pending.order_by().values("from_status").annotate(count=Count("pk")).order_by("-count")
    context = {
        "total": number(counts.by_outcome.get(Outcome.PENDING, 0)),
        "any": bool(counts.by_outcome.get(Outcome.PENDING)),
        "statuses": [(status_label(row["from_status"]), number(row["count"])) for row in now],
        "choices": [(status, status_name(status)) for status in ORDER_STATUSES],
        "confirm_url": confirm_url,
    }
    return Panel("Confirm", "orders/bulk_question.html", context)


def _progress_panel(change: BulkStatusChange, counts: Counts) -> Panel:
    rows = [(Outcome(one).label, number(count)) for one, count in sorted(counts.by_outcome.items())]
    context = {
        "reached": number(counts.reached),
        "total": number(counts.total),
        "value": counts.reached,
        "max": max(counts.total, 1),
        "rows": rows,
        "trouble": change.trouble,
        "stopping": change.is_stopping(now=utc_now()),
        "collecting": change.state == State.COLLECTING,
    }
    return Panel("Progress", "orders/bulk_progress.html", context)


def _undone_panel(request: HttpRequest, change: BulkStatusChange, csv_url: str) -> Panel | None:
    items = list(change.items.filter(outcome__in=UNDONE).order_by("pk")[: LISTED + 1])
    if not items:
        return None
    rows = [
        (page_link(request, "orders.order", item.order_id, str(item)), Outcome(item.outcome).label, item.reason)
        for item in items[:LISTED]
    ]
    note = f"The first {LISTED} are shown; the CSV has all." if len(items) > LISTED else ""
    return table_panel("Not changed", _UNDONE_HEADINGS, rows, note=note, more=link(csv_url, "CSV"))


def _facts(change: BulkStatusChange) -> list[tuple[str, Any]]:
    state = state_name(change)
    return [
        ("State", label(state, STATE_COLOURS[state])),
        ("New status", status_label(change.status) if change.status else ""),
        ("Orders", change.selection),
        ("By", change.created_by),
        ("Created", moment(change.created_at)),
        ("Started", moment(change.started_at) if change.started_at else ""),
        ("Ended", moment(change.ended_at) if change.ended_at else ""),
    ]
