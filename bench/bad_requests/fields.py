"""Orders with one thing wrong at a time, and odd ones that nothing forbids."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.bad_requests.case import CREATED_OR_REFUSED, Case, encoded, order_text, order_with, short
from bench.payloads import order

HERE = Path(__file__).parent
REQUIRED = ("orderReference", "customer", "customer.email", "items", "items.0.quantity", "items.0.unitPrice")
TOO_LONG = {
    "orderReference": 5_000,
    "customer.email": 5_000,
    "customer.name": 20_000,
    "items.0.productCode": 5_000,
}
OWN_NAMES = ("orderID", "clientID", "contactID", "error", "extra", "__class__", "$where", "", "k" * 300)


def cases() -> Iterator[Case]:
    """All of this module."""
    yield from wrong_values()
    yield from missing_and_long()
    yield from numbers()
    yield from tolerated()


def wrong_values() -> Iterator[Case]:
    """The values in wrong_fields.json; the answer must name the field."""
    wrong: dict[str, list[Any]] = json.loads((HERE / "wrong_fields.json").read_text())
    for path, values in wrong.items():
        for value in values:
            yield Case(f"{path} = {short(encoded(value).decode())}", _spoiled(path, value), named=path)


def missing_and_long() -> Iterator[Case]:
    """Required fields that are missing, and texts longer than a key can be."""
    for path in REQUIRED:
        yield Case(f"{path} missing", _spoiled(path, _MISSING), named=path)
    for path, length in TOO_LONG.items():
        value = "e" * length + ("@example.com" if path.endswith("email") else "")
        yield Case(f"{path} of {length:,} characters", _spoiled(path, value), named=path)


def numbers() -> Iterator[Case]:
    """Numbers at and beyond the limits of Decimal and DynamoDB."""
    dear = {"productCode": "A", "quantity": 10**20, "unitPrice": "9" * 20 + ".99"}
    yield Case("a line of 41 digits", order_with(items=[dear], total=None))
    many = {"productCode": "A", "quantity": 10**9, "unitPrice": "9" * 30 + ".99"}
    yield Case("a sum beyond 38 digits", order_with(items=[many] * 500, total=None))
    digits = order_text('"quantity": 1', f'"quantity": {"9" * 5_000}')
    yield Case("quantity of 5,000 digits", digits, named="items.0.quantity")
    exponent = order_text('"unitPrice": "12.50"', '"unitPrice": 1e5000')
    yield Case("unitPrice 1e5000", exponent, named="items.0.unitPrice")
    yield Case("discount above the goods", order_with(discount="100.00", total=None))


def tolerated() -> Iterator[Case]:
    """Odd values that nothing forbids: they may be kept or refused, but must not make the product fail."""
    for name, value in json.loads((HERE / "tolerated.json").read_text()).items():
        yield Case(f"unknown key holds {name}", order_with(odd=value), CREATED_OR_REFUSED)
    for key in OWN_NAMES:
        yield Case(f"top-level key {short(key)!r}", order_with(**{key: "someone-else"}), CREATED_OR_REFUSED)
    for when in ("1950-01-01T00:00:00Z", "2090-01-01T00:00:00Z", "2016-12-31T23:59:60Z"):
        yield Case(f"createdAt {when}", order_with(createdAt=when), CREATED_OR_REFUSED)
    for path in ("orderReference", "items.0.productCode"):
        yield Case(f"{path} is a number", _spoiled(path, 5), CREATED_OR_REFUSED)
    twice = order_text('"total": "12.50"', '"total": "12.50", "total": "12.50"')
    yield Case("duplicate keys in JSON", twice, CREATED_OR_REFUSED)
    person = {"name": "שלום 👩‍👩‍👧 e\u0301\u202e", "email": "rtl@example.com"}
    yield Case("right-to-left name, emoji, combining marks", order_with(customer=person), (200, 201))


_MISSING = object()


def _spoiled(path: str, value: Any) -> bytes:
    body = order(status="received", currency="AUD", source="n8n", tax="0", shipping="0", discount="0")
    target: Any = body
    *parents, last = [int(word) if word.isdigit() else word for word in path.split(".")]
    for parent in parents:
        target = target[parent]
    if value is _MISSING:
        del target[last]
    else:
        target[last] = value
    return encoded(body)
