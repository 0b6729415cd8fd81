"""Reads numbers as they were sent: money, prices and quantities, exact, never rounded.

A refusal offers the value that would be taken where what was sent can have meant only one: 59.970000000000006 is
answered with "59.97", "$1,234.50" with "1234.50". "1,234" may be two numbers, "10%" is no amount: nothing is offered.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.conf import settings

from customers.importing.limits import MAX_MONEY, MAX_QUANTITY, MONEY_DECIMALS, PRICE_DECIMALS, QUANTITY_DECIMALS
from customers.importing.parsing import Refused, shown
from orders.amounts import currency_marks
from packprod.money import CENT, decimal_places
from packprod.text import normal_text

PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_LONGEST_MEANT = 40  # characters; longer text is a number to nobody
_EXPONENT = re.compile(r"\d+(\.\d+)?[eE][+-]?\d{1,2}", re.ASCII)
# What stands between the digits of a number in text, and how its decimals begin.
_SPELLINGS = (
    (re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}", re.ASCII), ",", "."),  # 1,234.50 and 1,234,567
    (re.compile(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}", re.ASCII), ".", ","),  # 1.234,50 and 1.234.567
    (re.compile(r"\d{1,3}([ '’_]\d{3})+(\.\d{1,2})?", re.ASCII), " '’_", "."),  # 1 234.50, 1'234 and 1_000
    (re.compile(r"\d{1,3}( \d{3})+,\d{1,2}", re.ASCII), " ", ","),  # 1 234,50
    (re.compile(r"\d+,\d{1,2}", re.ASCII), "", ","),  # 12,50
)


class _Rule(NamedTuple):
    """How many decimals a number may have, and the check of its size, which raises Refused."""

    decimals: int
    check: Callable[[Decimal, object], None]


def money(value: object) -> Decimal:
    """An amount from 0 to MAX_MONEY in whole cents. Raises Refused."""
    return abs(_exact(value, _MONEY).quantize(CENT))  # minus zero is zero


def unit_price(value: object) -> Decimal:
    """The price of a unit from 0 to MAX_MONEY, with at least 2 and at most 4 decimals. Raises Refused."""
    price = abs(_exact(value, _PRICE))
    return price.normalize() if decimal_places(price) > MONEY_DECIMALS else price.quantize(CENT)


def quantity(value: object) -> Decimal:
    """A quantity above 0 and at most MAX_QUANTITY, with at most 3 decimals: 100, "100" and 100.0 are the same.

    Raises Refused.
    """
    units = _exact(value, _QUANTITY)
    return Decimal(int(units)) if decimal_places(units) == 0 else units.normalize()


def _check_amount(amount: Decimal, value: object) -> None:
    if amount < 0:
        raise Refused("min_value", f"must not be below 0, and is {shown(value)}")
    if amount > MAX_MONEY:
        raise Refused("max_value", f"must be at most {MAX_MONEY:,}")


def _check_quantity(units: Decimal, value: object) -> None:
    if units <= 0:
        raise Refused("not_positive", f"must be above 0, and is {shown(value)}")
    if units > MAX_QUANTITY:
        raise Refused("max_value", f"must be at most {MAX_QUANTITY:,}")


_MONEY = _Rule(MONEY_DECIMALS, _check_amount)
_PRICE = _Rule(PRICE_DECIMALS, _check_amount)
_QUANTITY = _Rule(QUANTITY_DECIMALS, _check_quantity)


def _exact(value: object, rule: _Rule) -> Decimal:
    """The number that was sent. Raises Refused, with an offer where there is one."""
    try:
        number = _number(value)
        rule.check(number, value)
        if decimal_places(number) > rule.decimals:
            reason = f"must have at most {rule.decimals} decimals, not {shown(value)}"
            raise Refused("max_decimal_places", reason)
    except Refused as refusal:
        offer = _offer(value, rule)
        raise Refused(refusal.code, f'{refusal.reason}: send "{offer}"' if offer else refusal.reason) from refusal
    return number


def _number(value: object) -> Decimal:
    """A finite number, sent as a JSON number or as text of plain digits; a binary float is refused."""
    if isinstance(value, str):
        text = normal_text(value)
        if PLAIN_NUMBER.fullmatch(text):
            return Decimal(text)
        hint = "without currency sign, thousands separator or exponent"
        raise Refused("invalid", f"must be a plain number such as 1234.50, {hint}, not {shown(value)}")
    if isinstance(value, float):
        raise Refused("invalid", "must be an exact number, and a binary float is not: send it as a string")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused("invalid", f"must be a number, not {shown(value)}")
    number = Decimal(value)
    if not number.is_finite():
        raise Refused("invalid", f"must be a number, not {number}")
    return number


def _offer(value: object, rule: _Rule) -> str:
    """The value that would be taken instead, half up to the decimals of the rule; empty where there is none."""
    meant = _meant(value)
    if meant is None or not meant.is_finite():
        return ""
    try:
        rule.check(meant, value)
        if decimal_places(meant) <= rule.decimals:
            return f"{meant:f}"
        rounded = meant.quantize(Decimal(1).scaleb(-rule.decimals), ROUND_HALF_UP)
        rule.check(rounded, value)
    except Refused:
        return ""
    return f"{rounded if rule.decimals == MONEY_DECIMALS else rounded.normalize():f}"


def _meant(value: object) -> Decimal | None:
    """The one number that a value can mean, in whatever spelling; None if there are none or two."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, str) or len(value) > _LONGEST_MEANT:
        return None
    text = _without_currency(normal_text(unicodedata.normalize("NFKC", value)))
    if PLAIN_NUMBER.fullmatch(text) or _EXPONENT.fullmatch(text):
        return Decimal(text)
    for spelling, separators, point in _SPELLINGS:
        if spelling.fullmatch(text):
            plain = text.translate(str.maketrans(dict.fromkeys(separators)))
            return Decimal(plain.replace(point, "."))
    return None


def _without_currency(text: str) -> str:
    for mark in currency_marks(settings.PACKPROD_CURRENCY):
        if text[: len(mark)].upper() == mark:
            return text[len(mark) :].strip()
        if text[-len(mark) :].upper() == mark:
            return text[: -len(mark)].strip()
    return text
