"""Amounts as arrays of whole numbers: added up at the speed of arrays, and as exact as Decimal."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from packprod.money import money

_SAFE_DIGITS: Final = 18  # of an int64, which has room for 9.2e18
_MOST: Final = 2**63
_CENTS: Final = 2  # places
_PER_MILLE: Final = 1_000
_ROOM: Final = 4 * _PER_MILLE
_UNITS: Final = [Decimal(1).scaleb(-places) for places in range(_SAFE_DIGITS + 1)]
_EXACT: Final = Context(prec=200)  # DynamoDB's numbers have 38 digits


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts as whole numbers of 10^-places: int64 where they fit, else Python's own integers, which always do.

    `decimals` is how many decimals each has as it is written, 2.0 one and 2 none, because answers show a sum with as
    many as the longest of its parts has. `greatest` is at least as large as every amount without its sign.
    """

    numbers: NDArray[Any]
    places: int
    decimals: NDArray[np.int8]
    greatest: int

    def __len__(self) -> int:
        return len(self.numbers)

    def taken(self, positions: NDArray[Any]) -> "Amounts":
        """Those at these positions, or where a mask is true."""
        return Amounts(self.numbers[positions], self.places, self.decimals[positions], self.greatest)

    def with_places(self, places: int) -> NDArray[Any]:
        """The numbers in units of 10^-places, at least as many places as now."""
        factor = 10 ** (places - self.places)
        if factor == 1:
            return self.numbers
        numbers: NDArray[Any] = (
            self.numbers if self.greatest * factor < _MOST else self.numbers.astype(object)
        ) * factor
        return numbers

    def decimal(self, position: int) -> Decimal:
        """One of them as Decimal, with the decimals it is written with."""
        decimals = int(self.decimals[position])
        return exact_decimal(int(self.numbers[position]) // 10 ** (self.places - decimals), decimals)

    def as_decimals(self) -> list[Decimal]:
        """All of them as Decimal, with the decimals they are written with."""
        if not self.decimals.any():
            return list(map(Decimal, (self.numbers // 10**self.places).tolist()))
        written = zip(self.numbers.tolist(), self.decimals.tolist(), strict=True)
        return [exact_decimal(number // 10 ** (self.places - decimals), decimals) for number, decimals in written]

    def cents(self) -> NDArray[Any]:
        """All of them in cents, rounded half up where they have more places."""
        if self.places > _CENTS:
            return np.array([int(money(one).scaleb(_CENTS)) for one in self.as_decimals()], self.numbers.dtype)
        return self.with_places(_CENTS)

    def total(self) -> Decimal:
        """Their sum, exact; 0 of none."""
        decimals = int(self.decimals.max(initial=0))
        return exact_decimal(sum(self.numbers.tolist()) // 10 ** (self.places - decimals), decimals)


def exact_decimal(number: int, places: int) -> Decimal:
    """number × 10^-places, with exactly so many decimals."""
    if places == 0:
        return Decimal(number)
    if places <= _SAFE_DIGITS and abs(number) < _MOST:
        return Decimal(number) * _UNITS[places]  # exact, and twice as fast as from text
    return Decimal(f"{number}E-{places}")


def in_decimals(numbers: Sequence[int], places: int) -> list[Decimal]:
    """Each of the numbers × 10^-places."""
    return [exact_decimal(number, places) for number in numbers]


def percentages(parts: NDArray[Any], wholes: NDArray[Any]) -> list[Decimal | None]:
    """What `packprod.money.percentage` gives of each pair: in percent, 1 decimal, half up; None where whole is 0."""
    without_sign, of_all = np.abs(_roomy(parts)), np.abs(_roomy(wholes))
    doubled = 2 * of_all
    tenths = (2 * _PER_MILLE * without_sign + of_all) // np.where(doubled == 0, 1, doubled)
    is_negative = (parts < 0) != (wholes < 0)
    found = map(_tenths, tenths.tolist(), is_negative.tolist())
    return [None if whole == 0 else one for whole, one in zip(wholes.tolist(), found, strict=True)]


def changes_from(before: NDArray[Any], now: NDArray[Any]) -> list[Decimal | None]:
    """What `packprod.money.change` gives of each pair."""
    before = _roomy(before)
    return percentages(_roomy(now) - before, np.abs(before))


def _roomy(numbers: NDArray[Any]) -> NDArray[Any]:
    """The same numbers, as Python's integers where percentages of them would not fit."""
    fits = numbers.dtype != object and (len(numbers) == 0 or int(np.abs(numbers).max()) < _MOST // _ROOM)
    return numbers if fits else numbers.astype(object)


@lru_cache(maxsize=20_000)
def _tenths(number: int, is_negative: bool) -> Decimal:
    """A tenth of the number; what is rounded to nothing keeps its sign, as Decimal does."""
    return Decimal(f"{'-' if is_negative else ''}{number}E-1")


def amounts_of(texts: Sequence[str]) -> Amounts:
    """Amounts that are written as decimal numbers, such as `12.50` or `-3`."""
    if not texts:
        return Amounts(np.zeros(0, np.int64), 0, np.zeros(0, np.int8), 0)
    joined = ",".join(texts)
    if "E" in joined or "e" in joined:
        return _any_amounts(texts)
    dots = np.fromiter((text.find(".") for text in texts), np.int64, len(texts))
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    decimals = np.where(dots < 0, 0, lengths - dots - 1)
    places = int(decimals.max())
    if int(lengths.max()) + places > _SAFE_DIGITS:
        return _any_amounts(texts)
    digits = np.fromstring(joined.replace(".", ""), np.int64, sep=",")  # whole numbers, so nothing is rounded
    numbers = digits * 10 ** (places - decimals)
    return Amounts(numbers, places, decimals.astype(np.int8), int(np.abs(numbers).max()))


def _any_amounts(texts: Sequence[str]) -> Amounts:
    """Of any size, and in any notation that Decimal writes."""
    amounts = [Decimal(text) for text in texts]
    decimals = [_decimals(one) for one in amounts]
    places = max(decimals)
    numbers = np.array([int(one.scaleb(places, _EXACT)) for one in amounts], object)
    greatest = max(map(abs, numbers.tolist()))
    kept = numbers.astype(np.int64) if greatest < _MOST else numbers
    return Amounts(kept, places, np.array(decimals, np.int8), greatest)


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def joined(parts: Sequence[Amounts]) -> Amounts:
    """Amounts one behind the other."""
    places = max((one.places for one in parts), default=0)
    numbers = [one.with_places(places) for one in parts] or [np.zeros(0, np.int64)]
    decimals = [one.decimals for one in parts] or [np.zeros(0, np.int8)]
    greatest = max((one.greatest * 10 ** (places - one.places) for one in parts), default=0)
    return Amounts(np.concatenate(numbers), places, np.concatenate(decimals), greatest)


def added_by(ordinals: NDArray[Any], amounts: Amounts, size: int) -> Amounts:
    """The sums by ordinal, which is below `size`; `ordinals` lie beside the amounts."""
    greatest = amounts.greatest * max(1, len(amounts))
    sums, decimals = np.zeros(size, np.int64 if greatest < _MOST else object), np.zeros(size, np.int8)
    np.add.at(sums, ordinals, amounts.numbers)  # np.bincount would add floats
    if amounts.decimals.any():
        np.maximum.at(decimals, ordinals, amounts.decimals)
    return Amounts(sums, amounts.places, decimals, greatest)
