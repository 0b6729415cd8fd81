"""Overdue to reorder: who usually orders a product again by now, and did not."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.http import HttpRequest, HttpResponseBase

from customers.reorders.exports import overdue_export
from customers.reorders.overdue import OverdueFilter, overdue_list
from customers.reorders.rhythm import LOST_AFTER_GAPS, OVERDUE
from packprod.admin.paging import Trail, read_trail
from packprod.dates import business_date, parse_instant
from packprod.exports.response import Format
from packprod.observability.timing import timed
from packprod.readmodels.pages import Page
from reports.admin.asked import Asked, given, known_only
from reports.admin.filter_bar import Choice, business, day_text
from reports.admin.links import Links
from reports.admin.page import ReportPage
from reports.models import OverdueReorders
from reports.overdue_view import asked_overdue

FILTERS = ("state", "contactID", "productCode", "order")
STATE_LABELS = {"overdue": "Overdue", "lost": "Lost", "all": "All"}
ROWS = 50
FIRST_PAGE = Trail()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOverdue(Asked):
    """Which entries, and which page of them."""

    wanted: OverdueFilter
    trail: Trail = FIRST_PAGE

    @property
    def state(self) -> str:
        """As the address has it."""
        return self.given.get("state", OVERDUE)

    def page_url(self, trail: Trail | None) -> str:
        """The address of a page, empty where there is none."""
        return "" if trail is None else self.query(**{PAGE_VAR: trail.signed(scope=_scope(self.wanted)) or None})


@admin.register(OverdueReorders)
class OverduePage(ReportPage):
    """Whom to call, the longest overdue first."""

    template = "admin/reports/overdue.html"

    def ask(self, request: HttpRequest, now: datetime) -> AskedOverdue:
        wanted = asked_overdue(known_only(request, (*FILTERS, PAGE_VAR)))
        trail = read_trail(request.GET.get(PAGE_VAR, ""), scope=_scope(wanted))
        return AskedOverdue(now=now, given=given(request, FILTERS), wanted=wanted, trail=trail)

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
            "first_row": trail.here.rows_before + 1,
            "last_row": trail.here.rows_before + len(rows),
            "first_url": asked.page_url(FIRST_PAGE) if trail.number > 1 else "",
            "previous_url": asked.page_url(trail.previous()),
            "next_url": asked.page_url(following),
            "lost_after": LOST_AFTER_GAPS,
            "state": asked.state,
            "narrowed": asked.wanted.product_code or asked.wanted.contact_id,
            "whole_url": asked.query(productCode=None, contactID=None),
            "is_empty": not rows,
            **business(),
        }

    def bar(self, asked: AskedOverdue) -> dict[str, Any]:
        orders = {"asc": "Longest overdue first", "desc": "Latest first"}
        return {
            "states": [
                Choice(label, asked.query(state=None if name == OVERDUE else name), name == asked.state)
                for name, label in STATE_LABELS.items()
            ],
            "orders": [
                Choice(label, asked.query(order=None if name == "asc" else name), (name == "desc") == _latest(asked))
                for name, label in orders.items()
            ],
        }

    def file(self, report: Page[dict[str, Any]], asked: AskedOverdue, *, format: Format) -> HttpResponseBase:
        return overdue_export(asked.wanted, format=format, now=asked.now)


def _scope(wanted: OverdueFilter) -> str:
    return f"overdue page:{wanted}"


def _latest(asked: AskedOverdue) -> bool:
    return asked.wanted.descending


def _row(row: dict[str, Any], links: Links) -> dict[str, Any]:
    return {
        **row,
        "last_order": day_text(business_date(parse_instant(row["lastOrderDate"]))),
        "expected": day_text(date.fromisoformat(row["nextExpectedDate"])),
        "customer_url": links.customer(row["contactID"]),
        "product_url": links.product(row["productCode"]),
        "orders_url": links.orders(product=row["productCode"], contact=row["contactID"]),
    }
