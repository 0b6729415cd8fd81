"""Money and shares, exact: Decimal, to the cent, half up; never a binary float."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
TENTH = Decimal("0.1")


def money(amount: Decimal) -> Decimal:
    """An amount as it is shown: 2 decimals, half up."""
    return cents(amount)


def unit_price(price: Decimal) -> Decimal:
    """The price of a unit as it is shown: 2 decimals, or the up to 4 that it has, as labels cost 0.0385."""
    return price if decimal_places(price) > 2 else price.quantize(CENT)


def decimal_places(amount: Decimal) -> int:
    """How many decimals a finite amount has; zeros at the end do not count."""
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or not any(digits):
        return 0
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -exponent - zeros)


def cents(value: Decimal) -> Decimal:
    """2 decimals, half up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def average(amount: Decimal | int, count: int) -> Decimal | None:
    """The amount of each, 2 decimals, half up; None at a count of 0."""
    return cents(Decimal(amount) / count) if count else None


def tenths(value: Decimal) -> Decimal:
    """1 decimal, half up."""
    return value.quantize(TENTH, ROUND_HALF_UP)


def percentage(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """part/whole in percent, 1 decimal, half up; None where whole is 0."""
    return tenths(Decimal(part) * 100 / Decimal(whole)) if whole else None


def change(now: Decimal | int | None, before: Decimal | int | None) -> Decimal | None:
    """From before to now in percent, 1 decimal; None where there was nothing before, or there is no figure now."""
    if now is None or before is None or before == 0:
        return None
    return percentage(Decimal(now) - Decimal(before), abs(Decimal(before)))
