"""Reads money and quantities exactly: no binary floats, no rounding, and refusals in plain words."""

import re
from decimal import Decimal

from customers.importing.fields import Refused, shown
from packprod.money import CENT

MAX_MONEY = Decimal("999999999.99")
MAX_QUANTITY = 1_000_000
PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


def number(value: object) -> Decimal:
    """A finite number, sent as a JSON number or as plain digits; never by way of a binary float."""
    if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, str):
        hint = "without currency sign, thousands separator or exponent"
        raise Refused("invalid", f"must be a plain number such as 1234.50, {hint}, not {shown(value)}")
    if isinstance(value, float):
        raise Refused("invalid", "must be an exact number, and a binary float is not: send it as a string")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused("invalid", f"must be a number, not {shown(value)}")
    result = Decimal(value)
    if not result.is_finite():
        raise Refused("invalid", f"must be a number, not {result}")
    return result


def money(value: object) -> Decimal:
    """An amount from 0 to 999,999,999.99 with exactly 2 decimals; more are refused, never rounded."""
    amount = number(value)
    if amount < 0:
        raise Refused("min_value", f"must not be below 0, and is {shown(value)}")
    if amount > MAX_MONEY:
        raise Refused("max_value", f"must be at most {MAX_MONEY:,}")
    cents = amount.quantize(CENT)
    if cents != amount:
        raise Refused("max_decimal_places", f"must have at most 2 decimals, not {shown(value)}")
    return abs(cents)  # minus zero is zero


def quantity(value: object) -> int:
    """A whole number of pieces from 1 to 1,000,000; 100, "100" and 100.0 are the same."""
    pieces = number(value)
    if pieces <= 0:
        raise Refused("not_positive", f"must be above 0, and is {shown(value)}")
    if pieces > MAX_QUANTITY:
        raise Refused("max_value", f"must be at most {MAX_QUANTITY:,}")
    if pieces != pieces.to_integral_value():
        raise Refused("invalid", f"must be a whole number, not {shown(value)}")
    return int(pieces)
