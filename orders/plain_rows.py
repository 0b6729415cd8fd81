"""Order rows in our own shape, rendered straight from how the engine sends them, without an `Order` in between.

Parsing a row that anybody may have written costs ten times as much as all else in a list. Most rows are plain: text is
normalised, amounts are numbers of few decimals, nothing is odd about them. `plain_json` renders these, and leaves all
others to `orders.rows` and `order_json`. What it renders is byte for byte the same as theirs.
"""

import re
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
from django.conf import settings

from orders.amounts import MAX_AMOUNT, MONEY_DECIMALS, PRICE_DECIMALS, QUANTITY_DECIMALS
from orders.contact_aliases import effective_contact
from orders.oddities import ROUNDED, is_ahead
from orders.order_json import OrderCustomerJson, OrderItemJson, OrderJson
from orders.rows import MAX_ID_BYTES
from orders.rows import plain_json as json_value
from orders.statuses import is_known
from packprod.dynamodb.codec import AttributeMap, decode_item
from packprod.json_objects import to_json
from packprod.text import normal_email, normal_text

_KNOWN = 16_384  # texts and numbers that a process remembers
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
_INSTANT = re.compile(r"2\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d\d\d)?Z", re.ASCII)
_LATER = re.compile(r"2\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)
_SECOND = len("2025-10-20T10:30:00")
_FIRST_PLAIN = "2000-01-02"  # in every time zone after `orders.oddities.FIRST_YEAR` began
_NUMBER = re.compile(r"(0|[1-9]\d{0,8})(?:\.(\d{1,20}))?", re.ASCII)
_CUSTOMER = ("name", "email", "company", "phone")
_CUSTOMER_BESIDE = ("customerName", "customerEmail", "customerCompany", "customerPhone")
_PER_CENT = 100_000  # thousandths of a quantity times ten-thousandths of a price, for each cent
_MOST = int(MAX_AMOUNT) * 100 * _PER_CENT
_SUMS = ("subtotal", "tax", "shipping", "discount", "total")
_NO_EXTRA: tuple[Any, ...] = (None, {"M": {}})


class _NotPlain(Exception):
    """The row is left to `orders.rows`."""


def plain_json(item: AttributeMap) -> bytes | None:
    """The JSON of the order in a row of ours (tagged values); None for a row that must be parsed.

    Raises EngineUnavailable, where the contacts that were joined must be read.
    """
    try:
        return _ENCODE(_order(item))
    except (_NotPlain, KeyError, ValueError):
        return None


def _order(item: AttributeMap) -> OrderJson:
    status, created = item["status"]["S"], item["createdAt"]["S"]
    updated = _said(item, "updatedAt")
    if item["clientID"]["S"] != settings.PACKPROD_CLIENT_ID or item["currency"]["S"] != settings.PACKPROD_CURRENCY:
        raise _NotPlain
    if not is_known(status) or _is_odd_time(created, updated):
        raise _NotPlain
    lines = [_line(line["M"]) for line in item["items"]["L"]]
    items = [line for line, _, _ in lines]
    of_lines = sum([cents for _, cents, _ in lines])
    amounts = [_cents(item[name]["N"]) for name in _SUMS]
    subtotal, tax, shipping, discount, total = [cents for cents, _ in amounts]
    is_rounded = any(rounded for *_, rounded in chain(amounts, lines))
    tolerance = max(len(items), 1)
    computed = subtotal + tax + shipping - discount
    if not items or not total or abs(subtotal - of_lines) > tolerance or abs(total - computed) > tolerance:
        raise _NotPlain
    return OrderJson(
        order_id=_id(item["orderID"]["S"]),
        order_reference=_text(item["orderReference"]["S"]),
        contact_id=effective_contact(_id(item["contactID"]["S"])),
        created_at=_shown(created),
        updated_at=updated,
        status=status,
        currency=settings.PACKPROD_CURRENCY,
        customer=_customer(item),
        items=items,
        subtotal=_money(subtotal),
        tax=_money(tax),
        shipping=_money(shipping),
        discount=_money(discount),
        total=_money(total),
        source=_normal(_said(item, "source")),
        extra=_extra(item.get("extra")),
        odd=[ROUNDED] if is_rounded else [],
    )


def _extra(tagged: dict[str, Any] | None) -> Any:
    """The unknown keys of the import, as JSON."""
    if tagged in _NO_EXTRA:
        return {}
    if tagged is None or "M" not in tagged:
        raise _NotPlain
    return msgspec.Raw(to_json(json_value(decode_item(tagged["M"]))))


def _id(text: str) -> str:
    if not text or not text.isascii() or len(text) > MAX_ID_BYTES:
        raise _NotPlain
    return text


def _said(attributes: AttributeMap, name: str) -> str:
    """A text that may be missing or null."""
    tagged = attributes.get(name)
    return "" if tagged is None or "NULL" in tagged else str(tagged["S"])


def _text(text: str) -> str:
    """The text, which is not empty and normalised already."""
    if not text:
        raise _NotPlain
    return _normal(text)


@lru_cache(_KNOWN)
def _normal(text: str) -> str:
    """The text, which is normalised already."""
    if normal_text(text) != text:
        raise _NotPlain
    return text


def _shown(created: str) -> str:
    """As `format_instant` writes it: no fraction, or one of microseconds."""
    if len(created) == _SECOND + len("Z"):
        return created
    return f"{created[:_SECOND]}Z" if created.endswith(".000Z") else f"{created[:-1]}000Z"


def _is_odd_time(created: str, updated: str) -> bool:
    """Whether the order may be dated before 2000 or ahead of its last change. Raises ValueError for no real date."""
    if not _INSTANT.fullmatch(created) or created < _FIRST_PLAIN:
        return True
    instant = datetime.fromisoformat(created)
    if created[:_SECOND] <= updated[:_SECOND] and _LATER.fullmatch(updated):
        return False
    return is_ahead(instant, updated)


def _customer(item: AttributeMap) -> OrderCustomerJson:
    customer = item["customer"]["M"]
    name, email, company, phone = [_said(customer, one) for one in _CUSTOMER]
    if not (name and email and company and phone) and any(one in item for one in _CUSTOMER_BESIDE):
        raise _NotPlain
    address, typed_email = _addresses(email, _said(customer, "typedEmail"))
    return OrderCustomerJson(
        name=_normal(name), email=address, typed_email=typed_email, company=_normal(company), phone=_normal(phone)
    )


@lru_cache(_KNOWN)
def _addresses(email: str, typed: str) -> tuple[str, str]:
    """The e-mail as it is compared, and as it was typed where that differs: `orders.rows.customer_of`."""
    email = normal_text(email)
    identity = normal_email(email)
    typed = normal_text(typed) or email
    return identity, "" if typed.lower() == identity or normal_email(typed) != identity else typed


def _line(line: AttributeMap) -> tuple[OrderItemJson, int, bool]:
    """The line, its total in cents, and whether an amount in it is rounded."""
    quantity, shown_quantity, of_quantity = _quantity(line["quantity"]["N"])
    price, shown_price, of_price = _price(line["unitPrice"]["N"])
    if quantity * price >= _MOST:
        raise _NotPlain
    total = (quantity * price + _PER_CENT // 2) // _PER_CENT
    code, description = _text(line["productCode"]["S"]), _normal(_said(line, "description"))
    rendered = OrderItemJson(code, description, shown_quantity, shown_price, _money(total))
    return rendered, total, of_quantity or of_price


@lru_cache(_KNOWN)
def _quantity(number: str) -> tuple[int, Any, bool]:
    """In thousandths, as JSON, and whether it is rounded to 3 decimals; above 0."""
    thousandths, rounded = _scaled(number, QUANTITY_DECIMALS)
    if not thousandths:
        raise _NotPlain
    return thousandths, msgspec.Raw(_shown_number(number, thousandths, QUANTITY_DECIMALS)), rounded


@lru_cache(_KNOWN)
def _price(number: str) -> tuple[int, Any, bool]:
    """In ten-thousandths, as JSON (`packprod.money.unit_price`), and whether it is rounded to 4 decimals."""
    price, rounded = _scaled(number, PRICE_DECIMALS)
    in_cents = price % 100 == 0
    shown = _money(price // 100) if in_cents else msgspec.Raw(_shown_number(number, price, PRICE_DECIMALS))
    return price, shown, rounded


def _shown_number(number: str, scaled: int, decimals: int) -> bytes:
    """The number as it is stored, or rounded."""
    if len(number.partition(".")[2]) <= decimals:
        return number.encode()
    whole, fraction = divmod(scaled, 10**decimals)
    return b"%d.%0*d" % (whole, decimals, fraction)


@lru_cache(_KNOWN)
def _cents(number: str) -> tuple[int, bool]:
    return _scaled(number, MONEY_DECIMALS)


def _scaled(number: str, decimals: int) -> tuple[int, bool]:
    """A plain number that is not negative, as an integer with so many decimals, half up; and whether that differs."""
    found = _NUMBER.fullmatch(number)
    if found is None:
        raise _NotPlain
    fraction = (found[2] or "").ljust(decimals, "0")
    scaled, rest = int(found[1] + fraction[:decimals]), fraction[decimals:].rstrip("0")
    return scaled + (rest >= "5"), bool(rest)


@lru_cache(_KNOWN)
def _money(cents: int) -> Any:
    """An amount as JSON, with 2 decimals."""
    return msgspec.Raw(b"%d.%02d" % divmod(cents, 100))
