"""The timeline on the page of an order."""

from collections.abc import Iterator

from django.http import HttpRequest

from orders.models import Order
from orders.timeline.journal import CHANGED, CREATED, DELETED
from orders.timeline.selectors import Event, order_events
from packprod.admin.formats import currency, moment
from packprod.admin.panels import Panel

SHOWN = 50


_KINDS = {CREATED: "Created", CHANGED: "Changed", DELETED: "Deleted"}


_NAMES = {"status": "Status", "total": "Total", "contactID": "Customer"}


def timeline_panel(face: Order, request: HttpRequest) -> Panel:
    """The newest events; costs one query."""
    page = order_events(face.pk, limit=SHOWN)
    events = [
        {"title": _title(event), "when": moment(event.happened_at), "who": event.updated_by, "more": _others(event)}
        for event in page.items
    ]
    return Panel("Timeline", "orders/timeline.html", {"events": events, "older": page.next_position is not None})


def _title(event: Event) -> str:
    return "; ".join(_changes(event)) or _KINDS[event.kind]


def _changes(event: Event) -> Iterator[str]:
    """Status from Received to Shipped. What an order began with stands beside its creation."""
    if event.kind != CHANGED:
        known = [_value(name, event.changes[name].get("to")) for name in ("status", "total") if name in event.changes]
        yield ", ".join([_KINDS[event.kind], *(known if event.kind == CREATED else [])])
        return
    for name, change in event.changes.items():
        before, after = _value(name, change.get("from")), _value(name, change.get("to"))
        yield f"{_NAMES[name]} from {before} to {after}" if name != "contactID" else "Moved to another customer"


def _value(name: str, value: object) -> str:
    if value is None:
        return "nothing"
    if name == "total" and not isinstance(value, str):
        return currency(value)  # type: ignore[arg-type]  # a Decimal, as numbers are read
    return str(value).capitalize() if name == "status" else str(value)


def _others(event: Event) -> str:
    """The names of the other fields that changed."""
    return ", ".join(name for name in event.fields if name not in event.changes and name != "importedStatus")
