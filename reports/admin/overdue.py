"""Overdue to reorder: who usually orders a product again by now, and did not."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from customers.reorders.exports import overdue_export
from customers.reorders.rhythm import LOST_AFTER_GAPS
from customers.reorders.selectors import OverdueFilter, overdue_list
from packprod.dates import business_date, parse_instant
from packprod.exports.response import Format
from packprod.observability.timing import timed
from packprod.readmodels.lists.pages import Page
from reports.admin.asked_overdue import (
    FIRST_PAGE,
    AskedOverdue,
    asked_for_overdue,
    order_choices,
    segment_choices,
    state_choices,
)
from reports.admin.filter_bar import EVERYBODY, business, day_text
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.models import OverdueReorders
from reports.overdue_view import ALL

STATE_WORDS = {"overdue": "overdue", "lost": "lost", "all": "overdue or lost"}
ROWS = 50


@admin.register(OverdueReorders)
class OverduePage(ReportPage):
    """Whom to call, the longest overdue first."""

    template = "admin/reports/overdue.html"

    def ask(self, request: HttpRequest, now: datetime) -> AskedOverdue:
        return asked_for_overdue(request, now=now)

    def ask_by_default(self, now: datetime) -> AskedOverdue:
        return AskedOverdue(now=now, wanted=OverdueFilter())

    def read(self, asked: AskedOverdue) -> Page[dict[str, Any]]:
        with timed("reportOverdue") as reading:
            page = overdue_list(asked.wanted, limit=ROWS, position=asked.trail.here.position, now=asked.now)
            reading.hit(items=len(page.items))
        return page

    def shown(self, report: Page[dict[str, Any]], asked: AskedOverdue, links: Links) -> dict[str, Any]:
        rows, trail = report.items, asked.trail
        following = trail.next(report.next_position, rows=len(rows)) if report.next_position is not None else None
        return {
            "rows": [_row(row, links) for row in rows],
            "total": report.total,
            "ended_early": report.ended_early,
            "first_row": trail.here.rows_before + 1,
            "last_row": trail.here.rows_before + len(rows),
            "first_url": asked.page_url(FIRST_PAGE) if trail.number > 1 else "",
            "previous_url": asked.page_url(trail.previous()),
            "next_url": asked.page_url(following),
            "lost_after": LOST_AFTER_GAPS,
            "state": asked.state,
            "state_words": STATE_WORDS[asked.state],
            "any_state_url": "" if asked.state == ALL else asked.query(state=ALL),
            "customer_url": asked.query(contactID=None) if asked.wanted.contact_id else "",
            "customer": _customer(asked, rows),
            **business(),
        }

    def bar(self, asked: AskedOverdue) -> dict[str, Any]:
        return {
            "segment": asked.wanted.segment or EVERYBODY,
            "segments": segment_choices(asked),
            "states": state_choices(asked),
            "orders": order_choices(asked),
        }

    def file(self, report: Page[dict[str, Any]], asked: AskedOverdue, *, format: Format) -> HttpResponseBase:
        return overdue_export(asked.wanted, format=format, now=asked.now)


def _customer(asked: AskedOverdue, rows: Sequence[dict[str, Any]]) -> str:
    """The one customer it is narrowed to, by name where the rows tell it."""
    named = rows[0] if rows else {}
    return named.get("name") or named.get("company") or asked.wanted.contact_id


def _row(row: dict[str, Any], links: Links) -> dict[str, Any]:
    return {
        **row,
        "last_order": day_text(business_date(parse_instant(row["lastOrderDate"]))),
        "expected": day_text(date.fromisoformat(row["nextExpectedDate"])),
        "customer_url": links.customer(row["contactID"]),
        "product_url": links.product(row["productCode"]),
        "orders_url": links.orders(product=row["productCode"], contact=row["contactID"]),
    }
