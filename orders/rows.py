"""Reads an order row that anybody may have written: money as text, items as JSON, missing attributes, odd case."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from orders.amounts import Amounts, bounded
from orders.contact_aliases import effective_contact
from orders.oddities import (
    AHEAD,
    FIRST_YEAR,
    MISMATCH,
    NEGATIVE,
    NEGATIVE_QUANTITY,
    ODDITIES,
    PAST,
    UNKNOWN_STATUS,
    ZERO,
    differs,
    is_ahead,
)
from orders.order import Order, OrderCustomer, OrderItem
from orders.statuses import RECEIVED, is_known
from packprod.dates import business_date, parse_instant
from packprod.dynamodb.reads import Item
from packprod.errors import BrokenOrder
from packprod.text import normal_email, normal_text

MAX_ID_BYTES = 200  # ids become parts of keys, which the engine bounds
YEARS = range(1900, 3000)
_LAYERS = 3  # of JSON in JSON; whoever encodes twice may do so once more
_TYPES = frozenset({"S", "N", "M", "L", "BOOL", "NULL"})  # DynamoDB's own, in a row that was encoded twice


def is_ours(item: Item) -> bool:
    """Whether the row belongs to this client."""
    return bool(item.get("clientID") == settings.PACKPROD_CLIENT_ID)


def stored_reference(item: Item) -> str:
    """The reference in a row, normalised; its id, where other writers gave it none."""
    return normal_text(stored_text(item.get("orderReference"))) or str(item["orderID"])


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


class _Sums(NamedTuple):
    """The lines of an order, and its sums as stated or, where nothing is said, computed; total None if it cannot be."""

    items: tuple[OrderItem, ...]
    subtotal: Decimal
    tax: Decimal
    shipping: Decimal
    discount: Decimal
    total: Decimal | None
    agree: bool


def order_from_row(item: Item) -> Order:
    """The order in a row. Raises BrokenOrder naming the first attribute that cannot be used, EngineUnavailable."""
    amounts = Amounts()
    sums = _sums(item, amounts)
    order_id = _id(item["orderID"], "orderID")
    contact_id = contact_id_of(item)
    created_at = _instant(item.get("createdAt"))
    status = stored_status(item)
    currency = _currency(item.get("currency"))
    if sums.total is None:
        raise BrokenOrder("total is missing, and there are no lines to add up.", kind="total is missing")
    updated_at = stored_text(item.get("updatedAt"))
    odd = {*amounts.odd, *_oddities(sums, sums.total, status, created_at, updated_at)}
    return Order(
        order_id=order_id,
        order_reference=stored_reference(item),
        contact_id=effective_contact(contact_id),
        created_at=created_at,
        updated_at=updated_at,
        status=status,
        currency=currency,
        customer=customer_of(item),
        items=sums.items,
        subtotal=sums.subtotal,
        tax=sums.tax,
        shipping=sums.shipping,
        discount=sums.discount,
        total=sums.total,
        source=normal_text(stored_text(item.get("source"))),
        extra=item["extra"] if isinstance(item.get("extra"), dict) else {},
        stored_time=stored_text(item.get("createdAt")),
        odd=tuple(name for name in ODDITIES if name in odd),
        stored_reference=stored_text(item.get("orderReference")),
    )


def _sums(item: Item, amounts: Amounts) -> _Sums:
    """Raises BrokenOrder."""
    lines = enumerate(_list(_unwrapped(item.get("items"))))
    items = tuple(_line(line, position, amounts) for position, line in lines)
    of_lines = sum((one.line_total for one in items), Decimal(0))
    stated = amounts.money(_unwrapped(item.get("subtotal")), "subtotal")
    subtotal = of_lines if stated is None else stated
    names = ("tax", "shipping", "discount")
    tax, shipping, discount = (amounts.money(_unwrapped(item.get(name)), name) or Decimal(0) for name in names)
    computed = subtotal + tax + shipping - discount
    total = amounts.money(_unwrapped(item.get("total")), "total")
    can_add = bool(items) or stated is not None
    agree = not (
        (items and differs(subtotal, of_lines, lines=len(items)))
        or (total is not None and can_add and differs(total, computed, lines=len(items)))
    )
    if total is None and can_add:
        total = computed
    return _Sums(items, subtotal, tax, shipping, discount, total, agree)


def _oddities(sums: _Sums, total: Decimal, status: str, created_at: datetime, updated_at: str) -> Iterator[str]:
    """What is odd about an order, apart from how its amounts are written."""
    found = {
        PAST: business_date(created_at).year < FIRST_YEAR,
        AHEAD: is_ahead(created_at, updated_at),
        UNKNOWN_STATUS: not is_known(status),
        NEGATIVE: total < 0,
        ZERO: total == 0,
        NEGATIVE_QUANTITY: any(one.quantity < 0 for one in sums.items),
        MISMATCH: not sums.agree,
    }
    return (name for name, holds in found.items() if holds)


def worth(item: Item) -> Decimal | None:
    """What a broken order is worth, as far as that can be read: its total, else what its parts add up to.

    None for an amount that cannot be read, or in another currency.
    """
    try:
        _currency(item.get("currency"))
    except BrokenOrder:
        return None
    try:
        stated = Amounts().money(_unwrapped(item.get("total")), "total")
    except BrokenOrder:
        stated = None
    try:
        return _sums({**item, "total": None}, Amounts()).total if stated is None else stated
    except BrokenOrder:
        return None


def contact_id_of(item: Item) -> str:
    """Whose order it is. Raises BrokenOrder where the row does not say."""
    value = item.get("contactID")
    if not isinstance(value, str) or not value:
        raise BrokenOrder(
            "contactID is missing: the order belongs to no customer.",
            kind="contactID is missing: the order belongs to no customer",
        )
    return _id(value, "contactID")


def has_contact(item: Item) -> bool:
    """Whether the row says whose order it is."""
    return bool(stored_text(item.get("contactID")))


def stored_status(item: Item) -> str:
    """The status in a row, in lower case; received where it says nothing."""
    return normal_text(stored_text(item.get("status"))).lower() or RECEIVED


def stored_text(value: Any) -> str:
    """A stored attribute as text; empty for what is none."""
    if value is None or isinstance(value, bool | list | dict | set | bytes):
        return ""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return f"{value:.0f}"  # 1001.0 in JSON
    return str(value)


def _unwrapped(value: Any) -> Any:
    """A value without the type that it has where a row was encoded for DynamoDB twice: {"N": "1"}."""
    if isinstance(value, dict) and len(value) == 1:
        ((name, inner),) = value.items()
        if name in _TYPES:
            return None if name == "NULL" else inner
    return value


def _decoded(value: Any) -> Any:
    """What JSON in text stands for, its numbers exact; any other value, and text that is no JSON, as it is."""
    for _ in range(_LAYERS):
        if not isinstance(value, str) or not value.strip():
            break
        try:
            value = json.loads(value, parse_float=Decimal, parse_int=Decimal, parse_constant=str)
        except (ValueError, RecursionError, ArithmeticError):
            break
    return _unwrapped(value)


def _required(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise BrokenOrder(f"{name} is missing.")
    return value


def _id(value: Any, name: str) -> str:
    text = _required(value, name)
    if len(text.encode()) > MAX_ID_BYTES:
        raise BrokenOrder(f"{name} is longer than {MAX_ID_BYTES} bytes.")
    return text


def _instant(value: Any) -> datetime:
    try:
        instant = parse_instant(_required(value, "createdAt"))
    except ValueError as exc:
        raise BrokenOrder("createdAt is not an instant with an offset.") from exc
    if instant.year not in YEARS:
        raise BrokenOrder(f"createdAt lies in the year {instant.year}.", kind="createdAt lies in no plausible year")
    return instant


def _currency(value: Any) -> str:
    currency = normal_text(stored_text(value)).upper() or settings.PACKPROD_CURRENCY
    if currency != settings.PACKPROD_CURRENCY:
        raise BrokenOrder(f"currency is {currency[:10]}; figures are kept in {settings.PACKPROD_CURRENCY} only.")
    return currency


def customer_of(item: Item) -> OrderCustomer:
    """Who ordered: the fields of `customer`, else those beside it, such as `customerName`, as the old Lambda wrote."""
    value = _decoded(item.get("customer"))
    customer: Mapping[str, Any] = value if isinstance(value, dict) else {}
    name, email, company, phone = (
        _customer_field(item, customer, one) for one in ("name", "email", "company", "phone")
    )
    identity = normal_email(email)
    typed = normal_text(stored_text(_unwrapped(customer.get("typedEmail")))) or email
    if typed.lower() == identity or normal_email(typed) != identity:
        typed = ""
    return OrderCustomer(name=name, email=identity, company=company, phone=phone, typed_email=typed)


def _customer_field(item: Item, customer: Mapping[str, Any], name: str) -> str:
    said = normal_text(stored_text(_unwrapped(customer.get(name))))
    return said or normal_text(stored_text(item.get(f"customer{name.capitalize()}")))


def _list(value: Any) -> list[Any]:
    value = _decoded(value)
    if value is None or (isinstance(value, str) and not value.strip()):
        return []
    if not isinstance(value, list):
        raise BrokenOrder("items is not a list.")
    return value


def _line(line: Any, position: int, amounts: Amounts) -> OrderItem:
    name = f"items.{position}"
    line = _unwrapped(line)
    if not isinstance(line, dict):
        raise BrokenOrder(f"{name} is not a map.", kind="items has a line that is not a map")
    code = normal_text(stored_text(_unwrapped(line.get("productCode"))))
    quantity = amounts.quantity(_unwrapped(line.get("quantity")), f"{name}.quantity")
    unit_price = amounts.price(_unwrapped(line.get("unitPrice")), f"{name}.unitPrice")
    if not code or quantity is None or unit_price is None:
        missing = "productCode" if not code else "quantity" if quantity is None else "unitPrice"
        raise BrokenOrder(f"{name}.{missing} is missing.", kind=f"items.{missing} is missing")
    bounded(quantity * unit_price, name)
    return OrderItem(
        product_code=code,
        description=normal_text(stored_text(_unwrapped(line.get("description")))),
        quantity=quantity,
        unit_price=unit_price,
    )


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
