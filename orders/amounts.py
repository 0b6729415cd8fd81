"""Amounts and quantities as any writer may have stored them: a number with binary noise, or text with a currency sign.

What can be read in one way only is read, and rounded half up to the decimals that we keep. What could mean two numbers
("1.234,50", "1_000", "1e3", digits of other scripts) raises BrokenOrder, as a guess would be a wrong figure.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Final

from babel.numbers import get_currency_symbol
from django.conf import settings

from orders.oddities import ROUNDED, TEXT
from packprod.errors import BrokenOrder
from packprod.money import CENT

MAX_AMOUNT: Final = Decimal(10) ** 12  # far above any order, low enough that sums keep their cents
MONEY_DECIMALS, QUANTITY_DECIMALS, PRICE_DECIMALS = 2, 3, 4
_STEPS: Final = {
    MONEY_DECIMALS: CENT,
    QUANTITY_DECIMALS: Decimal("0.001"),
    PRICE_DECIMALS: Decimal("0.0001"),
}
_SHOWN_LENGTH = 30
_DIGITS = r"(?P<digits>(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]*)?|\.[0-9]+)"
_NUMBER = re.compile(rf"(?P<sign>[+-]?){_DIGITS}")
# What JavaScript and Python print for a number that is zero but for noise: 5.684341886080802e-14
_NOISE = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[eE]-[0-9]{2,3}")


class Amounts:
    """Reads the amounts of one row. `odd` then names what was odd about them: ROUNDED, TEXT."""

    def __init__(self) -> None:
        self.odd: set[str] = set()

    def money(self, value: Any, name: str) -> Decimal | None:
        """An amount of money, to the cent; None for what is missing. Raises BrokenOrder naming the attribute."""
        return self._read(value, name, "an amount of money", decimals=MONEY_DECIMALS, parse=_money_in_text)

    def price(self, value: Any, name: str) -> Decimal | None:
        """The price of a unit, with at most 4 decimals."""
        return self._read(value, name, "an amount of money", decimals=PRICE_DECIMALS, parse=_money_in_text)

    def quantity(self, value: Any, name: str) -> Decimal | None:
        """A quantity, with at most 3 decimals."""
        return self._read(value, name, "a number", decimals=QUANTITY_DECIMALS, parse=_number_in_text)

    def _read(
        self, value: Any, name: str, what: str, *, decimals: int, parse: Callable[[str], Decimal | None]
    ) -> Decimal | None:
        if isinstance(value, str):
            text = value.strip()
            if not text:
                return None
            self.odd.add(TEXT)
            value = parse(text)
            if value is None:
                raise BrokenOrder(f"{name} is not {what}: {_shown(text)}.", kind=f"{_unplaced(name)} is not {what}")
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise BrokenOrder(f"{name} is not {what}.", kind=f"{_unplaced(name)} is not {what}")
        return self._rounded(bounded(value, name), decimals)

    def _rounded(self, amount: Decimal, decimals: int) -> Decimal:
        """Unchanged where it has no more decimals; zero has no sign."""
        exponent = amount.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -decimals:
            exact, amount = amount, amount.quantize(_STEPS[decimals], ROUND_HALF_UP)
            if amount != exact:
                self.odd.add(ROUNDED)
        return amount or Decimal(0)


def bounded(amount: Decimal, name: str) -> Decimal:
    """The amount. Raises BrokenOrder if no order can be worth so much."""
    if abs(amount) >= MAX_AMOUNT:
        limit = f"is out of range: {MAX_AMOUNT:,} or more"
        raise BrokenOrder(f"{name} {limit}.", kind=f"{_unplaced(name)} {limit}")
    return amount


def _money_in_text(text: str) -> Decimal | None:
    """A number with or without the business currency before or behind it: $1,234.50; -5.00 AUD; A$ 5."""
    sign = text[:1] if text[:1] in "+-" else ""
    rest = text[len(sign) :].strip()
    for mark in currency_marks(settings.PACKPROD_CURRENCY):
        if rest[: len(mark)].upper() == mark:
            rest = rest[len(mark) :].strip()
            break
        if rest[-len(mark) :].upper() == mark:
            rest = rest[: -len(mark)].strip()
            break
    return _number_in_text(sign + rest)


def _number_in_text(text: str) -> Decimal | None:
    """A number in ASCII digits, with or without commas between thousands; None for anything else."""
    if _NOISE.fullmatch(text):
        return Decimal(text)
    found = _NUMBER.fullmatch(text)
    return Decimal(found["sign"] + found["digits"].replace(",", "")) if found else None


@lru_cache(maxsize=8)
def currency_marks(currency: str) -> tuple[str, ...]:
    """The code and the signs of a currency in upper case, the longest first: AUD, AU$, A$, $."""
    signs = {get_currency_symbol(currency, locale) for locale in ("en", "en_AU")}
    doubled = {currency[:2] + sign for sign in signs if len(sign) == 1 and sign == "$"}
    return tuple(sorted({currency, *signs, *doubled}, key=len, reverse=True))


def _unplaced(name: str) -> str:
    """The attribute without the number of its line: items.quantity."""
    return re.sub(r"\.\d+", "", name)


def _shown(text: str) -> str:
    return f"“{text[:_SHOWN_LENGTH]}{'…' if len(text) > _SHOWN_LENGTH else ''}”"
