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
from packprod.api.parameters import Text
from packprod.dates import business_date, parse_instant
from packprod.exports.response import Format
from packprod.observability.timing import timed
from packprod.readmodels.lists.pages import Page
from reports.models import OverdueReorders
from reports.overdue.api import ALL, FILTERS, overdue_filter
from reports.pages.filter_bar import EVERYBODY, BarLink, business, day_text
from reports.pages.links import Links
from reports.pages.page import ReportPage
from reports.pages.parameters import ReportParameters, given, known_only

ROWS = 50
FIRST_PAGE = Trail()
PAGE = Text(PAGE_VAR, "Which page, signed.")
STATE_LABELS = {"overdue": "Overdue", "lost": "Lost", "all": "All"}
STATE_WORDS = {"overdue": "overdue", "lost": "lost", "all": "overdue or lost"}
ORDER_LABELS = {"asc": "Longest overdue first", "desc": "Latest first"}
_NARROWING = ("search", "productCode", "segment", "contactID")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueParameters(ReportParameters):
    """Which entries, and which page of them."""

    filter: OverdueFilter
    trail: Trail = FIRST_PAGE

    @property
    def state(self) -> str:
        """As the address has it."""
        return self.given.get("state", OVERDUE)

    @property
    def narrowed_to(self) -> list[tuple[str, str]]:
        """What the list is narrowed to: names in words, and values; empty for the whole list."""
        filter = self.filter
        parts = {
            "customer": filter.search,
            "customer ID": filter.contact_id,
            "product code": filter.product_code,
            "segment": filter.segment,
        }
        return [(name, text) for name, text in parts.items() if text]

    @property
    def whole_url(self) -> str:
        """The same for everybody."""
        return self.query(**dict.fromkeys(_NARROWING))

    @property
    def kept(self) -> dict[str, str]:
        """What a new search leaves as it is."""
        return {name: text for name, text in self.given.items() if name not in ("search", "productCode")}

    def page_url(self, trail: Trail | None) -> str:
        """The address of a page, empty where there is none."""
        return "" if trail is None else self.query(**{PAGE_VAR: trail.signed(scope=_scope(self.filter)) or None})


def _scope(filter: OverdueFilter) -> str:
    return f"overdue page:{filter}"


@admin.register(OverdueReorders)
class OverduePage(ReportPage[OverdueParameters, Page[Any]]):
    """Whom to call, the longest overdue first."""

    template = "admin/reports/overdue.html"

    def parameters(self, request: HttpRequest, now: datetime) -> OverdueParameters:
        filter = overdue_filter(known_only(request, (*FILTERS, PAGE)))
        trail = read_trail(request.GET.get(PAGE_VAR, ""), scope=_scope(filter))
        return OverdueParameters(now=now, given=given(request, FILTERS), filter=filter, trail=trail)

    def default_parameters(self, now: datetime) -> OverdueParameters:
        return OverdueParameters(now=now, filter=OverdueFilter())

    def read(self, params: OverdueParameters) -> Page[ExpectedReorder]:
        with timed("reportOverdue") as reading:
            page = overdue_list(params.filter, limit=ROWS, position=params.trail.here.position, now=params.now)
            reading.hit(items=len(page.items))
        return page

    def context(self, report: Page[ExpectedReorder], params: OverdueParameters, links: Links) -> dict[str, Any]:
        rows, trail = report.items, params.trail
        following = trail.next(report.next_position, rows=len(rows)) if report.next_position is not None else None
        return {
            "rows": [_row(row, links) for row in rows],
            "total": report.total,
            "ended_early": report.ended_early,
            "first_row": trail.here.rows_before + 1,
            "last_row": trail.here.rows_before + len(rows),
            "first_url": params.page_url(FIRST_PAGE) if trail.number > 1 else "",
            "previous_url": params.page_url(trail.previous()),
            "next_url": params.page_url(following),
            "lost_after": LOST_AFTER_GAPS,
            "state": params.state,
            "state_words": STATE_WORDS[params.state],
            "any_state_url": "" if params.state == ALL else params.query(state=ALL),
            "customer_url": params.query(contactID=None) if params.filter.contact_id else "",
            "customer": _customer(params, rows),
            **business(),
        }

    def filter_bar(self, params: OverdueParameters) -> dict[str, Any]:
        return {
            "segment": params.filter.segment or EVERYBODY,
            "segments": _segment_links(params),
            "states": _state_links(params),
            "orders": _order_links(params),
        }

    def file(self, report: Page[ExpectedReorder], params: OverdueParameters, *, format: Format) -> HttpResponseBase:
        return overdue_export(params.filter, format=format, now=params.now)


def _segment_links(params: OverdueParameters) -> list[BarLink]:
    """Everybody, and each segment."""
    chosen = params.filter.segment
    everybody = BarLink(EVERYBODY, params.query(segment=None), not chosen)
    return [everybody, *(BarLink(name, params.query(segment=name), name == chosen) for name in SEGMENTS)]


def _state_links(params: OverdueParameters) -> list[BarLink]:
    return [
        BarLink(label, params.query(state=None if name == OVERDUE else name), name == params.state)
        for name, label in STATE_LABELS.items()
    ]


def _order_links(params: OverdueParameters) -> list[BarLink]:
    descending = params.filter.descending
    return [
        BarLink(label, params.query(order=None if name == "asc" else name), (name == "desc") == descending)
        for name, label in ORDER_LABELS.items()
    ]


def _customer(params: OverdueParameters, rows: Sequence[ExpectedReorder]) -> str:
    """The one customer it is narrowed to, by name where the rows tell it."""
    named = (rows[0]["name"] or rows[0]["company"]) if rows else ""
    return named or params.filter.contact_id


def _row(row: ExpectedReorder, links: Links) -> dict[str, Any]:
    return {
        **row,
        "last_order": day_text(business_date(parse_instant(row["lastOrderDate"]))),
        "expected": day_text(date.fromisoformat(row["nextExpectedDate"])),
        "customer_url": links.customer(row["contactID"]),
        "product_url": links.product(row["productCode"]),
        "orders_url": links.orders(product=row["productCode"], contact=row["contactID"]),
    }
