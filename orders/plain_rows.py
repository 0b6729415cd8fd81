"""Order rows in our own shape, rendered straight from how the engine sends them, without an `Order` in between.

Parsing a row that anybody may have written costs ten times as much as all else in a list. Most rows are plain: text is
normalised, amounts are numbers of few decimals, nothing is odd about them. `plain_json` renders these, and leaves all
others to `orders.rows` and `order_json`. What it renders is byte for byte the same as theirs.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.conf import settings

from orders.amounts import MAX_AMOUNT
from orders.contact_aliases import effective_contact
from orders.oddities import is_ahead
from orders.order_json import OrderCustomerJson, OrderItemJson, OrderJson
from orders.rows import MAX_ID_BYTES
from orders.statuses import is_known
from packprod.dynamodb.codec import AttributeMap
from packprod.text import normal_email, normal_text

_KNOWN = 16_384  # texts and numbers that a process remembers
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode
_INSTANT = re.compile(r"2\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d\d\d)?Z", re.ASCII)
_LATER = re.compile(r"2\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)
_SECOND = len("2025-10-20T10:30:00")
_FIRST_PLAIN = "2000-01-02"  # in every time zone after `orders.oddities.FIRST_YEAR` began
_NUMBER = re.compile(r"(0|[1-9]\d{0,8})(?:\.(\d{1,4}))?", re.ASCII)
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
    updated = item["updatedAt"]["S"] if "updatedAt" in item else ""
    if item["clientID"]["S"] != settings.PACKPROD_CLIENT_ID or item["currency"]["S"] != settings.PACKPROD_CURRENCY:
        raise _NotPlain
    if not is_known(status) or item.get("extra") not in _NO_EXTRA or _is_odd_time(created, updated):
        raise _NotPlain
    lines = item["items"]["L"]
    of_lines = 0
    items = []
    for line in lines:
        rendered, total = _line(line["M"])
        items.append(rendered)
        of_lines += total
    subtotal, tax, shipping, discount, total = [_cents(item[name]["N"]) for name in _SUMS]
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
        source=_text(item["source"]["S"]) if "source" in item else "",
        extra={},
        odd=[],
    )


def _id(text: str) -> str:
    if not text or not text.isascii() or len(text) > MAX_ID_BYTES:
        raise _NotPlain
    return text


def _text(text: str) -> str:
    """The text, which is normalised already and not empty."""
    if not _is_normal(text):
        raise _NotPlain
    return text


@lru_cache(_KNOWN)
def _is_normal(text: str) -> bool:
    return bool(text) and normal_text(text) == text


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
    name, email, company, phone = (
        customer[one]["S"] if one in customer else "" for one in ("name", "email", "company", "phone")
    )
    blank = not (name and email and company and phone)
    if blank and any(one in item for one in _CUSTOMER_BESIDE):
        raise _NotPlain
    typed = customer["typedEmail"]["S"] if "typedEmail" in customer else ""
    for text in (name, company, phone):
        if text and not _is_normal(text):
            raise _NotPlain
    address, typed_email = _addresses(email, typed) if email or typed else ("", "")
    return OrderCustomerJson(name=name, email=address, typed_email=typed_email, company=company, phone=phone)


@lru_cache(_KNOWN)
def _addresses(email: str, typed: str) -> tuple[str, str]:
    """The e-mail as it is compared, and as it was typed where that differs: `orders.rows.customer_of`."""
    email = normal_text(email)
    identity = normal_email(email)
    typed = normal_text(typed) or email
    return identity, "" if typed.lower() == identity or normal_email(typed) != identity else typed


def _line(line: AttributeMap) -> tuple[OrderItemJson, int]:
    """The line, and its total in cents."""
    quantity, shown_quantity = _quantity(line["quantity"]["N"])
    price, shown_price = _price(line["unitPrice"]["N"])
    if quantity * price >= _MOST:
        raise _NotPlain
    total = (quantity * price + _PER_CENT // 2) // _PER_CENT
    description = line["description"]["S"] if "description" in line else ""
    if description and not _is_normal(description):
        raise _NotPlain
    code = _text(line["productCode"]["S"])
    return OrderItemJson(code, description, shown_quantity, shown_price, _money(total)), total


@lru_cache(_KNOWN)
def _quantity(number: str) -> tuple[int, Any]:
    """In thousandths, and as JSON: above 0, with at most 3 decimals."""
    thousandths = _scaled(number, 3)
    if not thousandths:
        raise _NotPlain
    return thousandths, msgspec.Raw(number.encode())


@lru_cache(_KNOWN)
def _price(number: str) -> tuple[int, Any]:
    """In ten-thousandths, and as `packprod.money.unit_price` shows it, as JSON."""
    price = _scaled(number, 4)
    return price, msgspec.Raw(number.encode()) if price % 100 else _money(price // 100)


@lru_cache(_KNOWN)
def _cents(number: str) -> int:
    return _scaled(number, 2)


def _scaled(number: str, decimals: int) -> int:
    """A plain number that is not negative and has no more decimals, as an integer."""
    found = _NUMBER.fullmatch(number)
    fraction = (found[2] or "") if found else ""
    if found is None or len(fraction) > decimals:
        raise _NotPlain
    return int(found[1] + fraction.ljust(decimals, "0"))


@lru_cache(_KNOWN)
def _money(cents: int) -> Any:
    """An amount as JSON, with 2 decimals."""
    return msgspec.Raw(b"%d.%02d" % divmod(cents, 100))
