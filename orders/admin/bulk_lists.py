"""Which orders a bulk change changed, and which it did not and why: on its page, and all of them as CSV."""

import csv
from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from orders.admin.statuses import status_label
from orders.bulk.models import UNDONE, BulkStatusChange, BulkStatusItem
from packprod.admin.links import link, page_link
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, table_panel

LISTED = 100
State, Outcome = BulkStatusChange.State, BulkStatusItem.Outcome
_ORDER = Heading("Order", tight=True)
_NOT_REACHED = "Not reached: the change was stopped before."


def undone_outcomes(change: BulkStatusChange) -> tuple[BulkStatusItem.Outcome, ...]:
    """How an order comes out that was not changed; after a stop also that its turn never came."""
    return (*UNDONE, Outcome.PENDING) if change.state == State.STOPPED else UNDONE


def undone_items(change: BulkStatusChange) -> QuerySet[BulkStatusItem]:
    """Those that were not changed."""
    return change.items.filter(outcome__in=undone_outcomes(change)).order_by("pk")


def done_items(change: BulkStatusChange) -> QuerySet[BulkStatusItem]:
    """Those that it changed."""
    return change.items.filter(outcome=Outcome.DONE).order_by("pk")


def undone_panel(request: HttpRequest, change: BulkStatusChange, csv_url: str) -> Panel | None:
    """What was not changed, with the reason; None where there is nothing of it."""
    items = list(undone_items(change)[: LISTED + 1])
    rows = [(_order(request, item), Outcome(item.outcome).label, _reason(item)) for item in items[:LISTED]]
    return _panel("Not changed", (_ORDER, Heading("Outcome"), Heading("Reason")), rows, len(items), csv_url)


def done_panel(request: HttpRequest, change: BulkStatusChange, csv_url: str) -> Panel | None:
    """What was changed, with the status it had; None where there is nothing of it."""
    items = list(done_items(change)[: LISTED + 1])
    rows = [(_order(request, item), status_label(item.from_status)) for item in items[:LISTED]]
    return _panel("Changed", (_ORDER, Heading("Status before")), rows, len(items), csv_url)


def items_csv(items: QuerySet[BulkStatusItem], *, filename: str) -> HttpResponse:
    """All of them: orderReference, orderID, outcome, reason."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    rows = csv.writer(answer)
    rows.writerow(["orderReference", "orderID", "outcome", "reason"])
    for item in items.iterator():
        outcome = "not reached" if item.outcome == Outcome.PENDING else item.outcome
        rows.writerow(map(_cell, (item.order_reference, item.order_id, outcome, _reason(item))))
    return answer


def _panel(
    title: str, headings: Sequence[Heading], rows: Sequence[Sequence[object]], found: int, csv_url: str
) -> Panel | None:
    note = f"The first {LISTED} are shown; the CSV has all." if found > LISTED else ""
    return table_panel(title, headings, rows, note=note, more=link(csv_url, "CSV")) if rows else None


def _order(request: HttpRequest, item: BulkStatusItem) -> str:
    return page_link(request, "orders.order", item.order_id, str(item))


def _reason(item: BulkStatusItem) -> str:
    return _NOT_REACHED if item.outcome == Outcome.PENDING else item.reason


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text
