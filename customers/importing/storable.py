"""Finds out before storing whether the engine can hold an order: 400 KB an item, 32 levels, 38 digits."""

from decimal import Decimal
from typing import Any

from customers.importing.fields import FieldReader, Refused
from customers.importing.texts import refuse_unstorable
from orders.drafts import OrderDraft

MAX_ORDER_BYTES = 350_000  # leaves room below the engine's 400 KB for ids, line totals and what staff add
MAX_DEPTH = 20
MAX_KEY_LENGTH = 1_000
MAX_DIGITS = 38
MAX_EXPONENT = 125
LINE_BREAKS = "\t\n\r"


def read_extra(order: FieldReader, known: frozenset[str]) -> dict[str, Any]:
    """The unknown top-level keys, as sent; a key that the engine could not hold is a problem."""
    extra = {key: value for key, value in order.source.items() if key not in known}
    for key, value in extra.items():
        order.parsed(key, {key: value}, lambda pair: stored_bytes(pair, depth=-1), 0)
    return extra


def refuse_too_large(draft: OrderDraft) -> None:
    """Raises Refused where the order's lines and extra keys would not fit into one item of the engine."""
    names = ("productCode", "description", "quantity", "unitPrice")
    lines = ((item.product_code, item.description, item.quantity, item.unit_price) for item in draft.items)
    size = stored_bytes([dict(zip(names, line, strict=True)) for line in lines])
    size += stored_bytes(draft.extra, depth=-1)
    if size > MAX_ORDER_BYTES:
        raise Refused("too_large", f"takes {size:,} bytes to store, at most {MAX_ORDER_BYTES:,} are allowed")


def stored_bytes(value: object, *, depth: int = 0) -> int:
    """The size of a JSON value in the engine, in bytes, as Amazon documents it (each child costs 1 more).

    Raises Refused where the engine would: too deep, too many digits, broken text, no JSON value at all.
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
        return 3 + sum(1 + stored_bytes(child, depth=depth) for child in value)
    return 3 + sum(1 + _key_bytes(key) + stored_bytes(child, depth=depth) for key, child in value.items())


def _key_bytes(key: str) -> int:
    if not key:
        raise Refused("invalid", "holds an empty key, which the database cannot store")
    if len(key) > MAX_KEY_LENGTH:
        raise Refused("too_long", f"holds a key of more than {MAX_KEY_LENGTH:,} characters")
    return _text_bytes(key)
