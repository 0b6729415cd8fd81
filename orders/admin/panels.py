"""The panels of an order's page that orders itself can fill."""

import re
from typing import Any

from django.http import HttpRequest

from orders.admin.labels import status_label
from orders.models import Order
from orders.order import Order as OrderData
from orders.rows import plain_json
from orders.statuses import is_counted
from packprod.admin.formats import currency, moment, number
from packprod.admin.links import list_link, page_link
from packprod.admin.panels import Heading, Panel, facts_panel, table_panel
from packprod.api.json import to_json
from packprod.dates import parse_instant
from packprod.money import money

_ADDRESS = ("name", "company", "line", "street", "suburb", "city", "state", "post", "zip", "country")


_LINE_HEADINGS = (
    Heading("Product", tight=True),
    Heading("Description"),
    Heading("Quantity", figure=True),
    Heading("Unit price", figure=True),
    Heading("Line total", figure=True),
)


def parked_panel(face: Order, request: HttpRequest) -> Panel | None:
    """Why the order is parked, and what becomes of it."""
    if face.parked is None:
        return None
    return Panel("Parked", "orders/parked.html", {"reason": face.parked.reason})


def lines_panel(face: Order, request: HttpRequest) -> Panel | None:
    """Every line, and the sums."""
    if face.order is None:
        return None
    rows = [
        (
            page_link(request, "orders.product", item.product_code, item.product_code),
            item.description,
            number(item.quantity),
            currency(money(item.unit_price)),
            currency(money(item.line_total)),
        )
        for item in face.order.items
    ]
    return table_panel("Lines", _LINE_HEADINGS, rows, sums=_sums(face.order), when_empty="The order has no lines.")


def _sums(order: OrderData) -> list[tuple[str, str]]:
    parts = [("Tax", order.tax), ("Shipping", order.shipping), ("Discount", -order.discount)]
    given = [(name, currency(money(amount))) for name, amount in parts if amount]
    subtotal = [("Subtotal", currency(money(order.subtotal)))] if given else []
    return [*subtotal, *given, ("Total", currency(money(order.total)))]


def order_panel(face: Order, request: HttpRequest) -> Panel | None:
    """Status, dates, source."""
    order = face.order
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
    ]
    return facts_panel("Order", facts, note=counts)


def _last_change(order: OrderData) -> str:
    try:
        return moment(parse_instant(order.updated_at))
    except ValueError:
        return order.updated_at


def person_panel(face: Order, request: HttpRequest) -> Panel | None:
    """Who ordered, as written on the order."""
    if face.order is None:
        return None
    customer = face.order.customer
    facts = [
        ("Name", page_link(request, "customers.customer", face.order.contact_id, customer.name)),
        ("Company", customer.company),
        ("E-mail", page_link(request, "customers.customer", face.order.contact_id, customer.email)),
        ("Phone", customer.phone),
    ]
    return facts_panel("On the order", facts)


def extra_panel(face: Order, request: HttpRequest) -> Panel | None:
    """What the sender added: delivery addresses, notes, numbers of other systems."""
    extra = plain_json(face.order.extra) if face.order else {}
    if not extra:
        return None
    return facts_panel("Further fields", [(_title(name), _text(value)) for name, value in extra.items()], aside=False)


def _title(name: str) -> str:
    """shippingAddress, shipping_address: Shipping address."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).capitalize()


def _text(value: Any) -> str:
    """A plain value as it is, an address on one line, anything deeper as JSON."""
    if isinstance(value, dict) and not any(isinstance(inner, dict | list) for inner in value.values()):
        ordered = sorted(value.items(), key=lambda pair: _place(pair[0]))
        return ", ".join(str(inner) for _, inner in ordered if inner not in (None, ""))
    return to_json(value).decode() if isinstance(value, dict | list) else str(value)


def _place(name: str) -> int:
    """Where a part of an address stands: the table keeps maps in no order."""
    return next((at for at, part in enumerate(_ADDRESS) if part in name.lower()), len(_ADDRESS))


def raw_panel(face: Order, request: HttpRequest) -> Panel:
    """The row as it lies in the table, whoever wrote it: what other writers keep there is seen nowhere else."""
    text = to_json(plain_json(face.item), indented=True).decode()
    return Panel("Stored row", "packprod_admin/raw.html", {"summary": "Show the row as stored", "text": text})


ORDER_PANELS = (
    ("parked", parked_panel, 5),
    ("lines", lines_panel, 10),
    ("order", order_panel, 10),
    ("person", person_panel, 20),
    ("extra", extra_panel, 30),
    ("raw", raw_panel, 90),
)
