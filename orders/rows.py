"""Reads an order row that anybody may have written: money as text, missing attributes, odd case."""

from base64 import b64encode
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings

from orders.contact_aliases import effective_contact
from orders.order import Order, OrderCustomer, OrderItem
from orders.statuses import RECEIVED
from packprod.dates import parse_instant
from packprod.dynamodb.reads import Item
from packprod.errors import BrokenOrder
from packprod.money import decimal_places
from packprod.text import normal_email

MAX_AMOUNT = Decimal(10) ** 12  # far above any order, low enough that sums keep their cents
MAX_DECIMALS = 12  # far below a cent; the engine keeps 38 digits, sums among them
MAX_ID_BYTES = 200  # ids become parts of keys, which the engine bounds
YEARS = range(1900, 3000)


def is_ours(item: Item) -> bool:
    """Whether the row belongs to this client."""
    return bool(item.get("clientID") == settings.PACKPROD_CLIENT_ID)


def stored_reference(item: Item) -> str:
    """The reference in a row; its id, where other writers gave it none."""
    return stored_text(item.get("orderReference")) or str(item["orderID"])


def has_time(item: Item) -> bool:
    """Whether the row says when the order was created."""
    try:
        _instant(item.get("createdAt"))
    except BrokenOrder:
        return False
    return True


def readable(item: Item) -> Order | None:
    """The order in a row; None for what is parked or not ours."""
    if not is_ours(item):
        return None
    try:
        return order_from_row(item)
    except BrokenOrder:
        return None


def order_from_row(item: Item) -> Order:
    """The order in a row. Raises BrokenOrder naming the first attribute that cannot be used, EngineUnavailable."""
    items = tuple(_line(line, position) for position, line in enumerate(_list(item.get("items"))))
    subtotal = _money(item.get("subtotal"), "subtotal", default=sum((one.line_total for one in items), Decimal(0)))
    tax, shipping, discount = (_money(item.get(name), name) for name in ("tax", "shipping", "discount"))
    computed = subtotal + tax + shipping - discount if items else None
    order_id = _id(item["orderID"], "orderID")
    return Order(
        order_id=order_id,
        order_reference=stored_reference(item),
        contact_id=effective_contact(_id(item.get("contactID"), "contactID")),
        created_at=_instant(item.get("createdAt")),
        updated_at=stored_text(item.get("updatedAt")),
        status=stored_text(item.get("status")).strip().lower() or RECEIVED,
        currency=_currency(item.get("currency")),
        customer=_customer(item.get("customer")),
        items=items,
        subtotal=subtotal,
        tax=tax,
        shipping=shipping,
        discount=discount,
        total=_money(item.get("total"), "total", default=computed),
        source=stored_text(item.get("source")),
        extra=item["extra"] if isinstance(item.get("extra"), dict) else {},
        imported_status=stored_text(item.get("importedStatus")),
        stored_time=stored_text(item.get("createdAt")),
    )


def stored_text(value: Any) -> str:
    """A stored attribute as text; empty for what is none."""
    if value is None or isinstance(value, bool | list | dict | set | bytes):
        return ""
    return str(value)


def _required(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise BrokenOrder(f"{name} is missing.")
    return value


def _id(value: Any, name: str) -> str:
    text = _required(value, name)
    if len(text.encode()) > MAX_ID_BYTES:
        raise BrokenOrder(f"{name} is longer than {MAX_ID_BYTES} bytes.")
    return text


def _money(value: Any, name: str, *, default: Decimal | None = Decimal(0)) -> Decimal:
    value = default if value is None else value
    if isinstance(value, Decimal | str):
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        if amount.is_finite():
            return _bounded(amount, name)
    raise BrokenOrder(f"{name} is not an amount of money.")


def _bounded(amount: Decimal, name: str) -> Decimal:
    if abs(amount) >= MAX_AMOUNT:
        raise BrokenOrder(f"{name} is out of range: {MAX_AMOUNT:,} or more.")
    if decimal_places(amount) > MAX_DECIMALS:
        raise BrokenOrder(f"{name} has more than {MAX_DECIMALS} decimals.")
    return amount


def _instant(value: Any) -> datetime:
    try:
        instant = parse_instant(_required(value, "createdAt"))
    except ValueError as exc:
        raise BrokenOrder("createdAt is not an instant with an offset.") from exc
    if instant.year not in YEARS:
        raise BrokenOrder(f"createdAt lies in the year {instant.year}.")
    return instant


def _currency(value: Any) -> str:
    currency = stored_text(value).strip().upper() or settings.PACKPROD_CURRENCY
    if currency != settings.PACKPROD_CURRENCY:
        raise BrokenOrder(f"currency is {currency[:10]}; figures are kept in {settings.PACKPROD_CURRENCY} only.")
    return currency


def _customer(value: Any) -> OrderCustomer:
    customer = value if isinstance(value, dict) else {}
    name, email, company, phone = (
        stored_text(customer.get(field)).strip() for field in ("name", "email", "company", "phone")
    )
    return OrderCustomer(name=name, email=normal_email(email), company=company, phone=phone)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise BrokenOrder("items is not a list.")
    return value


def _line(line: Any, position: int) -> OrderItem:
    if not isinstance(line, dict):
        raise BrokenOrder(f"items.{position} is not a map.")
    item = OrderItem(
        product_code=_required(stored_text(line.get("productCode")).strip(), f"items.{position}.productCode"),
        description=stored_text(line.get("description")),
        quantity=_money(line.get("quantity"), f"items.{position}.quantity", default=None),
        unit_price=_money(line.get("unitPrice"), f"items.{position}.unitPrice", default=None),
    )
    _bounded(item.line_total, f"items.{position}")
    return item


def plain_json(value: Any) -> Any:
    """A stored value as JSON can hold it: binary becomes base64, a set becomes a sorted list."""
    match value:
        case bytes():
            return b64encode(value).decode()
        case dict():
            return {name: plain_json(inner) for name, inner in value.items()}
        case list():
            return [plain_json(inner) for inner in value]
        case set():
            return sorted(map(plain_json, value))
    return value
