"""The panels of an order's page, and its timeline. Apps above add panels of their own."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html_join

from orders import models
from orders.admin.labels import status_label
from orders.lists.filter import odd_on
from orders.oddities import ODDITIES
from orders.order import Order
from orders.rows import plain_json
from orders.statuses import is_counted, status_name
from orders.timeline.journal import CHANGED, CREATED, DELETED
from orders.timeline.selectors import Event, order_events
from packprod.admin.formats import currency, moment, number
from packprod.admin.links import list_link, page_link
from packprod.admin.panels import Heading, Panel, facts_panel, table_panel
from packprod.dates import parse_instant, utc_now
from packprod.json_objects import readable_json
from packprod.money import money, unit_price
from packprod.text import shown_email

_ADDRESS = ("name", "company", "line", "street", "suburb", "city", "state", "post", "zip", "country")
_LINE_HEADINGS = (
    Heading("Product", tight=True),
    Heading("Description"),
    Heading("Quantity", figure=True),
    Heading("Unit price", figure=True),
    Heading("Line total", figure=True),
)


def parked_panel(row: models.Order, request: HttpRequest) -> Panel | None:
    """Why the order is parked, and what becomes of it."""
    if row.parked is None:
        return None
    return Panel("Parked", "orders/parked.html", {"reason": row.parked.reason})


def lines_panel(row: models.Order, request: HttpRequest) -> Panel | None:
    """Every line, and the sums."""
    if row.order is None:
        return None
    rows = [
        (
            page_link(request, "orders.product", item.product_code, item.product_code),
            item.description,
            number(item.quantity),
            currency(unit_price(item.unit_price)),
            currency(money(item.line_total)),
        )
        for item in row.order.items
    ]
    return table_panel("Lines", _LINE_HEADINGS, rows, sums=_sums(row.order), when_empty="The order has no lines.")


def _sums(order: Order) -> list[tuple[str, str]]:
    parts = [("Tax", order.tax), ("Shipping", order.shipping), ("Discount", -order.discount)]
    given = [(name, currency(money(amount))) for name, amount in parts if amount]
    subtotal = [("Subtotal", currency(money(order.subtotal)))] if given else []
    return [*subtotal, *given, ("Total", currency(money(order.total)))]


def order_panel(row: models.Order, request: HttpRequest) -> Panel | None:
    """Status, dates, source."""
    order = row.order
    if order is None:
        return None
    counts = "" if is_counted(order.status) else "Counts in no figure while it has this status."
    facts = [
        ("Status", status_label(order.status)),
        ("Reference", order.order_reference),
        ("Date", moment(order.created_at)),
        ("Last change", _last_change(order)),
        ("Source", list_link(request, "orders.order", order.source, source=order.source) if order.source else ""),
        ("Order ID", order.order_id),
        ("Odd", format_html_join("", "<div>{}</div>", [(ODDITIES[name],) for name in odd_on(order, now=utc_now())])),
    ]
    return facts_panel("Order", facts, note=counts)


def _last_change(order: Order) -> str:
    try:
        return moment(parse_instant(order.updated_at))
    except ValueError:
        return order.updated_at


def person_panel(row: models.Order, request: HttpRequest) -> Panel | None:
    """Who ordered, as written on the order."""
    if row.order is None:
        return None
    customer = row.order.customer
    facts = [
        ("Name", page_link(request, "customers.customer", row.order.contact_id, customer.name)),
        ("Company", customer.company),
        ("E-mail", page_link(request, "customers.customer", row.order.contact_id, shown_email(customer.email))),
        ("Typed as", customer.typed_email if customer.typed_email.lower() != shown_email(customer.email) else ""),
        ("Phone", customer.phone),
    ]
    return facts_panel("On the order", facts)


def extra_panel(row: models.Order, request: HttpRequest) -> Panel | None:
    """What the sender added: delivery addresses, notes, numbers of other systems."""
    extra = plain_json(row.order.extra) if row.order else {}
    if not extra:
        return None
    return facts_panel("Further fields", [(_title(name), _text(value)) for name, value in extra.items()], aside=False)


def _title(name: str) -> str:
    """shippingAddress, shipping_address: Shipping address."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).capitalize()


def _text(value: Any) -> str:
    """A plain value as it is, an address on one line, anything deeper as JSON."""
    if isinstance(value, dict) and not any(isinstance(inner, dict | list) for inner in value.values()):
        ordered = sorted(value.items(), key=lambda pair: _address_rank(pair[0]))
        return ", ".join(str(inner) for _, inner in ordered if inner not in (None, ""))
    return readable_json(value) if isinstance(value, dict | list) else str(value)


def _address_rank(name: str) -> int:
    """The rank of a part of an address in print; the table keeps maps in no order."""
    return next((at for at, part in enumerate(_ADDRESS) if part in name.lower()), len(_ADDRESS))


EVENTS_SHOWN = 50
_EVENT_KINDS = {CREATED: "Created", CHANGED: "Changed", DELETED: "Deleted"}
_CHANGE_NAMES = {"status": "Status", "total": "Total", "contactID": "Customer"}


def timeline_panel(row: models.Order, request: HttpRequest) -> Panel:
    """The newest events; costs one query."""
    page = order_events(row.pk, limit=EVENTS_SHOWN)
    events = [
        {
            "title": _event_title(event),
            "when": moment(event.happened_at),
            "who": event.updated_by,
            "more": _other_fields(event),
        }
        for event in page.items
    ]
    return Panel("Timeline", "orders/timeline.html", {"events": events, "older": page.next_position is not None})


def _event_title(event: Event) -> str:
    return "; ".join(_changes(event)) or _EVENT_KINDS[event.kind]


def _changes(event: Event) -> Iterator[str]:
    """Status from Received to Shipped. What an order began with stands beside its creation."""
    if event.kind != CHANGED:
        known = [
            _change_value(name, event.changes[name].get("to")) for name in ("status", "total") if name in event.changes
        ]
        yield ", ".join([_EVENT_KINDS[event.kind], *(known if event.kind == CREATED else [])])
        return
    for name, change in event.changes.items():
        before, after = _change_value(name, change.get("from")), _change_value(name, change.get("to"))
        yield f"{_CHANGE_NAMES[name]} from {before} to {after}" if name != "contactID" else "Moved to another customer"


def _change_value(name: str, value: object) -> str:
    if value is None:
        return "nothing"
    if name == "total" and not isinstance(value, str):
        return currency(value)  # type: ignore[arg-type]  # a Decimal, as numbers are read
    return status_name(str(value)) if name == "status" else str(value)


def _other_fields(event: Event) -> str:
    """The names of the other fields that changed."""
    return ", ".join(name for name in event.fields if name not in event.changes and name != "importedStatus")


def raw_panel(row: models.Order, request: HttpRequest) -> Panel:
    """The stored row with every attribute; those of other writers are shown only here."""
    text = readable_json(plain_json(row.item), indented=True)
    return Panel("Stored row", "packprod_admin/raw.html", {"summary": "Show the row as stored", "text": text})


ORDER_PANELS = (
    ("parked", parked_panel, 5),
    ("lines", lines_panel, 10),
    ("order", order_panel, 10),
    ("person", person_panel, 20),
    ("extra", extra_panel, 30),
    ("timeline", timeline_panel, 40),
    ("raw", raw_panel, 90),
)
