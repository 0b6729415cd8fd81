"""What the page of overdue reorders is asked to show, and how its bar and its texts say so."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.views.main import PAGE_VAR
from django.http import HttpRequest

from customers.metrics import SEGMENTS
from customers.reorders.rhythm import OVERDUE
from customers.reorders.selectors import OverdueFilter
from packprod.admin.paging import Trail, read_trail
from reports.admin.asked import Asked, given, known_only
from reports.admin.filter_bar import EVERYBODY, Choice
from reports.overdue_view import FILTERS, asked_overdue

STATE_LABELS = {"overdue": "Overdue", "lost": "Lost", "all": "All"}
ORDER_LABELS = {"asc": "Longest overdue first", "desc": "Latest first"}
NARROWING = ("search", "productCode", "segment", "contactID")
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


def asked_for_overdue(request: HttpRequest, *, now: datetime) -> AskedOverdue:
    """What the address asks for. Raises InvalidInput that names a parameter which is unknown or wrong."""
    wanted = asked_overdue(known_only(request, (*FILTERS, PAGE_VAR)))
    trail = read_trail(request.GET.get(PAGE_VAR, ""), scope=_scope(wanted))
    return AskedOverdue(now=now, given=given(request, FILTERS), wanted=wanted, trail=trail)


def segment_choices(asked: AskedOverdue) -> list[Choice]:
    """Everybody, and each segment."""
    chosen = asked.wanted.segment
    everybody = Choice(EVERYBODY, asked.query(segment=None), not chosen)
    return [everybody, *(Choice(name, asked.query(segment=name), name == chosen) for name in SEGMENTS)]


def state_choices(asked: AskedOverdue) -> list[Choice]:
    """Overdue, lost, both."""
    return [
        Choice(label, asked.query(state=None if name == OVERDUE else name), name == asked.state)
        for name, label in STATE_LABELS.items()
    ]


def order_choices(asked: AskedOverdue) -> list[Choice]:
    """Which end of the list comes first."""
    return [
        Choice(label, asked.query(order=None if name == "asc" else name), (name == "desc") == asked.wanted.descending)
        for name, label in ORDER_LABELS.items()
    ]


def _scope(wanted: OverdueFilter) -> str:
    return f"overdue page:{wanted}"
