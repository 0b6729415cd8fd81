"""The page of a bulk status change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest

from orders.admin.labels import status_label
from orders.bulk.models import UNDONE, BulkStatusChange, BulkStatusItem
from orders.statuses import status_choices
from packprod.admin.formats import label, moment, number
from packprod.admin.links import link, page_link
from packprod.admin.panels import Heading, Panel, facts_panel, table_panel
from packprod.dates import utc_now

LISTED = 100
State, Outcome = BulkStatusChange.State, BulkStatusItem.Outcome
STATE_COLOURS = {
    "Collecting": "info",
    "To be confirmed": "warning",
    "Queued": "info",
    "Running": "info",
    "Stopping…": "warning",
    "Stopped": "danger",
    "Discarded": "default",
    "Finished": "success",
}
_ORDER = Heading("Order", tight=True)
_NOT_REACHED = "Not reached: the change was stopped before."


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders came out how."""

    by_outcome: dict[str, int]

    @property
    def total(self) -> int:
        """All orders of the change."""
        return sum(self.by_outcome.values())

    @property
    def done(self) -> int:
        """How many it changed."""
        return self.by_outcome.get(Outcome.DONE, 0)

    @property
    def reached(self) -> int:
        """How many it has come to, whatever the outcome."""
        return self.total - self.by_outcome.get(Outcome.PENDING, 0)


def item_counts(change: BulkStatusChange) -> Counts:
    """How many orders came out how; one SQL query."""
    found = change.items.order_by().values("outcome").annotate(count=Count("pk"))
    return Counts({row["outcome"]: row["count"] for row in found})


def undone_outcomes(change: BulkStatusChange) -> tuple[BulkStatusItem.Outcome, ...]:
    """The outcomes of orders that were not changed; after a stop also of those it did not reach."""
    return (*UNDONE, Outcome.PENDING) if change.state == State.STOPPED else UNDONE


def undone_items(change: BulkStatusChange) -> QuerySet[BulkStatusItem]:
    """The orders that were not changed."""
    return change.items.filter(outcome__in=undone_outcomes(change)).order_by("pk")


def done_items(change: BulkStatusChange) -> QuerySet[BulkStatusItem]:
    """The orders that it changed."""
    return change.items.filter(outcome=Outcome.DONE).order_by("pk")


def reason_of(item: BulkStatusItem) -> str:
    """Why it was not changed."""
    return _NOT_REACHED if item.outcome == Outcome.PENDING else item.reason


def state_name(change: BulkStatusChange) -> str:
    """The state in words, one of STATE_COLOURS."""
    if change.is_discarded:
        return "Discarded"
    return "Stopping…" if change.is_stopping(now=utc_now()) else State(change.state).label


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses that the page links to; empty where this person may not go."""

    confirm: str
    discard: str
    done: str
    undone: str


def bulk_panels(request: HttpRequest, change: BulkStatusChange, addresses: Addresses) -> Sequence[Panel]:
    """The panels of the page, in order."""
    counts = item_counts(change)
    panels = [facts_panel("Bulk change", _facts(change))]
    if change.state == State.READY:
        panels.append(_question_panel(change, counts, addresses))
    else:
        panels.append(_progress_panel(change, counts))
    if change.is_discarded:  # there is nothing to make up for
        return panels
    lists = (_undone_panel(request, change, addresses.undone), _done_panel(request, change, addresses.done))
    return [*panels, *(panel for panel in lists if panel)]


def _question_panel(change: BulkStatusChange, counts: Counts, addresses: Addresses) -> Panel:
    pending = change.items.filter(outcome=Outcome.PENDING)
    now = pending.order_by().values("from_status").annotate(count=Count("pk")).order_by("-count")
    context = {
        "total": number(counts.by_outcome.get(Outcome.PENDING, 0)),
        "any": bool(counts.by_outcome.get(Outcome.PENDING)),
        "statuses": [(status_label(row["from_status"]), number(row["count"])) for row in now],
        "choices": status_choices(),
        "confirm_url": addresses.confirm,
        "discard_url": addresses.discard,
    }
    return Panel("Confirm", "orders/bulk_question.html", context)


def _progress_panel(change: BulkStatusChange, counts: Counts) -> Panel:
    rows = [
        (Outcome(one).label, number(count), _list_of(one, change)) for one, count in sorted(counts.by_outcome.items())
    ]
    context = {
        "reached": number(counts.reached),
        "total": number(counts.total),
        "value": counts.reached,
        "max": max(counts.total, 1),
        "rows": rows,
        "trouble": change.trouble,
        "stopping": change.is_stopping(now=utc_now()),
        "collecting": change.state == State.COLLECTING,
        "discarded": change.is_discarded,
    }
    return Panel("Progress", "orders/bulk_progress.html", context)


def _list_of(outcome: str, change: BulkStatusChange) -> str:
    """The panel below that names these orders, as an anchor; empty where none does."""
    if outcome == Outcome.DONE:
        return "#changed"
    return "#not-changed" if outcome in undone_outcomes(change) else ""


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


def _undone_panel(request: HttpRequest, change: BulkStatusChange, csv_url: str) -> Panel | None:
    """What was not changed, with the reason; None where there is nothing of it."""
    items = list(undone_items(change)[: LISTED + 1])
    rows = [(_order(request, item), Outcome(item.outcome).label, reason_of(item)) for item in items[:LISTED]]
    return _items_panel("Not changed", (_ORDER, Heading("Outcome"), Heading("Reason")), rows, len(items), csv_url)


def _done_panel(request: HttpRequest, change: BulkStatusChange, csv_url: str) -> Panel | None:
    """What was changed, with the status it had; None where there is nothing of it."""
    items = list(done_items(change)[: LISTED + 1])
    rows = [(_order(request, item), status_label(item.from_status)) for item in items[:LISTED]]
    return _items_panel("Changed", (_ORDER, Heading("Status before")), rows, len(items), csv_url)


def _items_panel(
    title: str, headings: Sequence[Heading], rows: Sequence[Sequence[object]], found: int, csv_url: str
) -> Panel | None:
    note = f"The first {LISTED} are shown; the CSV has all." if found > LISTED else ""
    file = link(csv_url, "CSV") if csv_url else ""
    return table_panel(title, headings, rows, note=note, more=file) if rows else None


def _order(request: HttpRequest, item: BulkStatusItem) -> str:
    return page_link(request, "orders.order", item.order_id, str(item))
