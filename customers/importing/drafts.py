"""From a parsed JSON body to checked drafts: the rules of the import contract, with all problems reported at once.

A draft that passes can be stored: its size and its numbers are within what the engine can hold.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings

from customers.importing.limits import (
    MAX_DEPTH,
    MAX_DESCRIPTION_LENGTH,
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_ITEMS,
    MAX_KEY_LENGTH,
    MAX_MONEY,
    MAX_NAME_LENGTH,
    MAX_ORDER_BYTES,
    MAX_ORDERS,
    MAX_PHONE_LENGTH,
    MAX_PRODUCT_CODE_LENGTH,
    MAX_REFERENCE_LENGTH,
    MAX_SOURCE_LENGTH,
    TOLERANCE_PER_LINE,
    VERSION_DAYS_AHEAD,
)
from customers.importing.numbers import money, quantity, unit_price
from customers.importing.parsing import (
    NO_EMAIL,
    FieldReader,
    Refused,
    code,
    currency_of,
    digits,
    email,
    instant,
    is_blank,
    json_object,
    name,
    one_of,
    refuse_unstorable,
    shown,
)
from customers.importing.wrapping import refuse_wrapped
from orders.order import OrderCustomer, OrderDraft, OrderItem
from orders.references import former_reference
from orders.statuses import ORDER_STATUSES, RECEIVED
from packprod.errors import FieldProblem, InvalidInput, and_more
from packprod.text import is_placeholder, normal_phone

ZERO = Decimal("0.00")
MONEY_FIELDS = frozenset({"items", "tax", "shipping", "discount", "total"})
KNOWN_FIELDS = MONEY_FIELDS | {
    "orderReference",
    "createdAt",
    "updatedAt",
    "status",
    "currency",
    "customer",
    "source",
}
CUSTOMER_FIELDS = ("name", "email", "company", "phone")
LINE_BREAKS = "\t\n\r"


def split_body(body: object) -> tuple[list[object], bool]:
    """The orders of a body (one, an array, or {"orders": [...]}) and whether it was a batch.

    Raises InvalidInput for other JSON, for no order at all and for more than MAX_ORDERS.
    """
    if isinstance(body, dict) and ("orders" not in body or "orderReference" in body):
        return [body], False
    orders = body["orders"] if isinstance(body, dict) else body
    if not isinstance(orders, list):
        try:
            refuse_wrapped(orders)
        except Refused as refusal:
            raise _whole("orders", refusal) from refusal
        alone = "; send the one order without it" if isinstance(orders, dict) else ""
        raise _whole("orders", Refused("invalid", f"must be a list of orders, not {shown(orders)}{alone}"))
    if not orders:
        raise _whole("orders", Refused("required", "must hold at least one order"))
    if len(orders) > MAX_ORDERS:
        reason = f"holds {len(orders):,} orders, at most {MAX_ORDERS} are allowed at once"
        raise _whole("orders", Refused("too_many_orders", reason))
    return orders, True


def parse_order(payload: object, *, now: datetime, currency: str) -> OrderDraft:
    """One checked order from parsed JSON, whose numbers are int or Decimal, never float.

    `now` (aware UTC) is the default of createdAt, `currency` the business currency.
    Raises InvalidInput with a FieldProblem for each problem found.
    """
    try:
        refuse_wrapped(payload)
        order = FieldReader(json_object(payload), [])
        draft = _draft(order, now=now, currency=currency)
        if order.problems:
            raise _invalid(order.problems)
        _refuse_too_large(draft)
    except Refused as refusal:
        raise _whole("order", refusal) from refusal
    return draft


def _draft(order: FieldReader, *, now: datetime, currency: str) -> OrderDraft:
    """Reads every field. After a problem the draft holds stand-ins and must not be used."""
    items = _read_items(order)
    amounts = _read_amounts(order, items)
    customer = _customer(order)
    source = order.optional("source", name(MAX_SOURCE_LENGTH), "")
    reference = order.required("orderReference", code(MAX_REFERENCE_LENGTH), "")
    return OrderDraft(
        order_reference=reference,
        created_at=order.optional("createdAt", instant(now), now.replace(microsecond=0)),
        status=order.optional_text("status", one_of(ORDER_STATUSES), RECEIVED),
        currency=order.optional_text("currency", currency_of(currency), currency),
        customer=customer,
        items=items,
        subtotal=amounts.subtotal,
        tax=amounts.tax,
        shipping=amounts.shipping,
        discount=amounts.discount,
        total=amounts.total,
        source=source,
        extra=_read_extra(order, KNOWN_FIELDS),
        sent=_sent(order, customer, source),
        updated_at=order.optional("updatedAt", instant(now, days_ahead=VERSION_DAYS_AHEAD), None),
        former_reference=former_reference(order.source.get("orderReference"), reference),
    )


def _customer(order: FieldReader) -> OrderCustomer:
    sent = order.required("customer", json_object, None)
    fields = FieldReader(sent or {}, order.problems, path="customer.")
    if sent is not None and is_blank(sent.get("email")) and is_blank(sent.get("phone")):
        fields.refuse("email", Refused("required", "is required, or else customer.phone"))
    address = fields.optional_text("email", email, NO_EMAIL)
    phone = fields.optional("phone", digits(MAX_PHONE_LENGTH), "")
    if phone and is_blank(fields.source.get("email")):
        fields.parsed("phone", phone, _identity, "")
    return OrderCustomer(
        name=fields.optional("name", name(MAX_NAME_LENGTH), ""),
        email=address.identity,
        company=fields.optional("company", name(MAX_NAME_LENGTH), ""),
        phone="" if is_placeholder(phone) else phone,
        typed_email=address.typed,
    )


def _identity(phone: object) -> str:
    """The international form of a phone number that stands for a customer without an e-mail address."""
    number = normal_phone(str(phone), settings.PACKPROD_COUNTRY)
    if not number:
        reason = "is no phone number by which a customer can be known: send one with its area code, or customer.email"
        raise Refused("placeholder_value" if is_placeholder(str(phone)) else "invalid_phone", reason)
    return number


def _sent(order: FieldReader, customer: OrderCustomer, source: str) -> frozenset[str]:
    """The fields that say something, each by its name in the contract."""
    known = {field for field in KNOWN_FIELDS - {"customer", "source"} if not is_blank(order.source.get(field))}
    known |= {f"customer.{field}" for field in CUSTOMER_FIELDS if getattr(customer, field)}
    return frozenset(known | {"source"} if source else known)


class _Amounts(NamedTuple):
    """The money of one order; `total` is the sent one, if there was one."""

    subtotal: Decimal = ZERO
    tax: Decimal = ZERO
    shipping: Decimal = ZERO
    discount: Decimal = ZERO
    total: Decimal = ZERO


def _read_items(order: FieldReader) -> tuple[OrderItem, ...]:
    """The lines of an order. One that is not an object is a problem and left out."""
    lines: list[object] = order.required("items", _lines, [])
    sent = [order.parsed(f"items.{position}", line, json_object, None) for position, line in enumerate(lines)]
    return tuple(_item(order, position, line) for position, line in enumerate(sent) if line is not None)


def _lines(value: object) -> list[object]:
    if not isinstance(value, list):
        as_text = ", as JSON written as text" if isinstance(value, str) and value.lstrip()[:1] == "[" else ""
        raise Refused("invalid", f"must be a list, not {shown(value)}{as_text}")
    if not value:
        raise Refused("required", "must have at least one line")
    if len(value) > MAX_ITEMS:
        raise Refused("too_many_items", f"has {len(value):,} lines, at most {MAX_ITEMS} are allowed")
    return value


def _item(order: FieldReader, position: int, line: dict[str, object]) -> OrderItem:
    fields = FieldReader(line, order.problems, path=f"items.{position}.")
    return OrderItem(
        product_code=fields.required("productCode", code(MAX_PRODUCT_CODE_LENGTH), ""),
        description=fields.optional("description", name(MAX_DESCRIPTION_LENGTH), ""),
        quantity=fields.required("quantity", quantity, Decimal(1)),
        unit_price=fields.required("unitPrice", unit_price, ZERO),
    )


def _read_amounts(order: FieldReader, items: tuple[OrderItem, ...]) -> _Amounts:
    """The money of the order. The total is checked only if every amount that goes into it could be read."""
    tax = order.optional("tax", money, ZERO)
    shipping = order.optional("shipping", money, ZERO)
    discount = order.optional("discount", money, ZERO)
    sent: Decimal | None = order.optional("total", money, None)
    if MONEY_FIELDS & {problem.field.partition(".")[0] for problem in order.problems}:
        return _Amounts()
    subtotal = sum((item.line_total for item in items), ZERO)
    computed = subtotal + tax + shipping - discount
    total = order.parsed("total", sent, lambda _: _agreed_total(sent, computed, lines=len(items)), ZERO)
    return _Amounts(subtotal, tax, shipping, discount, total)


def _agreed_total(sent: Decimal | None, computed: Decimal, *, lines: int) -> Decimal:
    if computed < 0:
        raise Refused("min_value", f"must not be below 0, and the discount makes it {computed}")
    if computed > MAX_MONEY:
        raise Refused("max_value", f"must be at most {MAX_MONEY}, and the order makes {computed}")
    if sent is not None and abs(sent - computed) > TOLERANCE_PER_LINE * lines:
        formula = "quantity×unitPrice of all lines (each to the cent) + tax + shipping − discount"
        most = f"at most {TOLERANCE_PER_LINE} a line, here {TOLERANCE_PER_LINE * lines}"
        raise Refused("total_mismatch", f"is {sent}, but {formula} makes {computed}; they may differ by {most}")
    return computed if sent is None else sent


def _read_extra(order: FieldReader, known: frozenset[str]) -> dict[str, Any]:
    """The unknown top-level keys, as sent. One that the engine cannot hold is a problem."""
    extra = {key: value for key, value in order.source.items() if key not in known}
    for key, value in extra.items():
        order.parsed(key, {key: value}, lambda pair: _stored_bytes(pair, depth=-1), 0)
    return extra


def fits(draft: OrderDraft) -> bool:
    """Whether the engine can hold the order's lines and extra keys."""
    try:
        _refuse_too_large(draft)
    except Refused:
        return False
    return True


def _refuse_too_large(draft: OrderDraft) -> None:
    """Raises Refused if the order's lines and extra keys do not fit into one item of the engine."""
    names = ("productCode", "description", "quantity", "unitPrice")
    lines = ((item.product_code, item.description, item.quantity, item.unit_price) for item in draft.items)
    size = _stored_bytes([dict(zip(names, line, strict=True)) for line in lines])
    size += _stored_bytes(draft.extra, depth=-1)
    if size > MAX_ORDER_BYTES:
        raise Refused("too_large", f"takes {size:,} bytes to store, at most {MAX_ORDER_BYTES:,} are allowed")


def _stored_bytes(value: object, *, depth: int = 0) -> int:
    """The bytes that a JSON value takes in the engine, as Amazon documents it (each child costs 1 more).

    Raises Refused for what the engine would refuse: too deep, too many digits, broken text, not a JSON value.
    """
    if value is None or isinstance(value, bool):
        return 1
    if isinstance(value, str):
        return _text_bytes(value)
    if isinstance(value, int | Decimal):
        return _number_bytes(value)
    if isinstance(value, list | dict):
        return _container_bytes(value, depth=depth + 1)
    raise Refused("invalid", "holds a value that is not JSON text, number, list or object")


def _text_bytes(value: str) -> int:
    refuse_unstorable(value, LINE_BREAKS)
    return len(value.encode())


def _number_bytes(value: int | Decimal) -> int:
    exact = Decimal(value)
    digits = len(exact.as_tuple().digits)
    if not exact.is_finite() or digits > MAX_DIGITS or abs(exact.adjusted()) > MAX_EXPONENT:
        raise Refused("invalid", f"holds a number that has more than {MAX_DIGITS} digits or is out of range")
    return digits // 2 + 3


def _container_bytes(value: list[object] | dict[str, object], *, depth: int) -> int:
    if depth > MAX_DEPTH:
        raise Refused("too_deep", f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, list):
        return 3 + sum(1 + _stored_bytes(child, depth=depth) for child in value)
    return 3 + sum(1 + _key_bytes(key) + _stored_bytes(child, depth=depth) for key, child in value.items())


def _key_bytes(key: str) -> int:
    if not key:
        raise Refused("invalid", "holds an empty key, which the database cannot store")
    if len(key) > MAX_KEY_LENGTH:
        raise Refused("too_long", f"holds a key of more than {MAX_KEY_LENGTH:,} characters")
    return _text_bytes(key)


def _whole(field: str, refusal: Refused) -> InvalidInput:
    return _invalid([FieldProblem(field, refusal.code, f"{field} {refusal.reason}.")])


def _invalid(problems: list[FieldProblem]) -> InvalidInput:
    """The message is the first problem and how many more there are; `problems` has all of them."""
    return InvalidInput(problems[0].message + and_more(problems), problems=problems)
