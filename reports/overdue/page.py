"""The report page of who is overdue to reorder: who usually orders a product again by now, and did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.http import HttpRequest, HttpResponseBase

from customers.metrics import SEGMENTS
from customers.reorders.export import overdue_export
from customers.reorders.rhythm import LOST_AFTER_GAPS, OVERDUE
from customers.reorders.selectors import ExpectedReorder, OverdueFilter, overdue_list
from packprod.admin.paging import Trail, read_trail
from packprod.dates import business_date, parse_instant
from packprod.exports.response import Format
from packprod.observability.timing import timed
from packprod.readmodels.lists.pages import Page
from reports.models import OverdueReorders
from reports.overdue.api import ALL, FILTERS, asked_overdue
from reports.pages.filter_bar import EVERYBODY, Choice, business, day_text
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import ReportParameters, given, known_only

STATE_LABELS = {"overdue": "Overdue", "lost": "Lost", "all": "All"}


ORDER_LABELS = {"asc": "Longest overdue first", "desc": "Latest first"}


NARROWING = ("search", "productCode", "segment", "contactID")


FIRST_PAGE = Trail()


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueParameters(ReportParameters):
    """Which entries, and which page of them."""

    wanted: OverdueFilter
    trail: Trail = FIRST_PAGE

    @property
    def state(self) -> str:
        """As the address has it."""
        return self.given.get("state", OVERDUE)

    @property
    def searched(self) -> list[tuple[str, str]]:
        """What the list is narrowed to, in words; empty for the whole list."""
        wanted = self.wanted
        parts = {
            "customer": wanted.search,
            "customer ID": wanted.contact_id,
            "product code": wanted.product_code,
            "segment": wanted.segment,
        }
        return [(name, text) for name, text in parts.items() if text]

    @property
    def whole_url(self) -> str:
        """The same for everybody."""
        return self.query(**dict.fromkeys(NARROWING))

    @property
    def kept(self) -> dict[str, str]:
        """What a new search leaves as it is."""
        return {name: text for name, text in self.given.items() if name not in ("search", "productCode")}

    def page_url(self, trail: Trail | None) -> str:
        """The address of a page, empty where there is none."""
        return "" if trail is None else self.query(**{PAGE_VAR: trail.signed(scope=_scope(self.wanted)) or None})


def overdue_parameters(request: HttpRequest, *, now: datetime) -> OverdueParameters:
    """What the address asks for. Raises InvalidInput that names a parameter which is unknown or wrong."""
    wanted = asked_overdue(known_only(request, (*FILTERS, PAGE_VAR)))
    trail = read_trail(request.GET.get(PAGE_VAR, ""), scope=_scope(wanted))
    return OverdueParameters(now=now, given=given(request, FILTERS), wanted=wanted, trail=trail)


def segment_choices(asked: OverdueParameters) -> list[Choice]:
    """Everybody, and each segment."""
    chosen = asked.wanted.segment
    everybody = Choice(EVERYBODY, asked.query(segment=None), not chosen)
    return [everybody, *(Choice(name, asked.query(segment=name), name == chosen) for name in SEGMENTS)]


def state_choices(asked: OverdueParameters) -> list[Choice]:
    """Overdue, lost, both."""
    return [
        Choice(label, asked.query(state=None if name == OVERDUE else name), name == asked.state)
        for name, label in STATE_LABELS.items()
    ]


def order_choices(asked: OverdueParameters) -> list[Choice]:
    """Which end of the list comes first."""
    return [
        Choice(label, asked.query(order=None if name == "asc" else name), (name == "desc") == asked.wanted.descending)
        for name, label in ORDER_LABELS.items()
    ]


def _scope(wanted: OverdueFilter) -> str:
    return f"overdue page:{wanted}"


STATE_WORDS = {"overdue": "overdue", "lost": "lost", "all": "overdue or lost"}


ROWS = 50


@admin.register(OverdueReorders)
class OverduePage(ReportPage):
    """Whom to call, the longest overdue first."""

    template = "admin/reports/overdue.html"

    def ask(self, request: HttpRequest, now: datetime) -> OverdueParameters:
        return overdue_parameters(request, now=now)

    def ask_by_default(self, now: datetime) -> OverdueParameters:
        return OverdueParameters(now=now, wanted=OverdueFilter())

    def read(self, asked: OverdueParameters) -> Page[ExpectedReorder]:
        with timed("reportOverdue") as reading:
            page = overdue_list(asked.wanted, limit=ROWS, position=asked.trail.here.position, now=asked.now)
            reading.hit(items=len(page.items))
        return page

    def shown(self, report: Page[ExpectedReorder], asked: OverdueParameters, links: Links) -> dict[str, Any]:
        rows, trail = report.items, asked.trail
        following = trail.next(report.next_position, rows=len(rows)) if report.next_position is not None else None
        return {
            "rows": [_overdue_row(row, links) for row in rows],
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

    def bar(self, asked: OverdueParameters) -> dict[str, Any]:
        return {
            "segment": asked.wanted.segment or EVERYBODY,
            "segments": segment_choices(asked),
            "states": state_choices(asked),
            "orders": order_choices(asked),
        }

    def file(self, report: Page[ExpectedReorder], asked: OverdueParameters, *, format: Format) -> HttpResponseBase:
        return overdue_export(asked.wanted, format=format, now=asked.now)


def _customer(asked: OverdueParameters, rows: Sequence[ExpectedReorder]) -> str:
    """The one customer it is narrowed to, by name where the rows tell it."""
    named = (rows[0]["name"] or rows[0]["company"]) if rows else ""
    return named or asked.wanted.contact_id


def _overdue_row(row: ExpectedReorder, links: Links) -> dict[str, Any]:
    return {
        **row,
        "last_order": day_text(business_date(parse_instant(row["lastOrderDate"]))),
        "expected": day_text(date.fromisoformat(row["nextExpectedDate"])),
        "customer_url": links.customer(row["contactID"]),
        "product_url": links.product(row["productCode"]),
        "orders_url": links.orders(product=row["productCode"], contact=row["contactID"]),
    }
