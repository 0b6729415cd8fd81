"""Figures of the admin, beside those of babel and Django, which know every locale and take their time."""

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from django.utils.formats import date_format
from pytest_django import Settings

from packprod.admin import formats
from packprod.dates import business_zone
from packprod.money import tenths

_CHOSEN = ("0", "-0", "0.00", "-0.00", "1E+3", "12.3400", "0.005", "999.995", "-5.1", "1234567.891")


def amounts() -> list[Decimal]:
    """Of all sizes and numbers of decimals."""
    chance = random.Random(11)
    drawn = [
        Decimal(chance.randint(-(10**size), 10**size)).scaleb(-decimals)
        for size in range(1, 14)
        for decimals in range(7)
    ]
    return [*drawn, *map(Decimal, _CHOSEN)]


@pytest.mark.parametrize("code", ["AUD", "EUR", "JPY", "KWD"])
def test_currency(settings: Settings, code: str) -> None:
    settings.PACKPROD_CURRENCY = code
    for amount in amounts():
        in_cents = amount == round(amount, 2)
        expected = format_currency(amount, code, locale=formats.LOCALE, decimal_quantization=in_cents)
        assert formats.currency(amount) == expected, amount


def test_numbers_and_percent() -> None:
    for value in amounts():
        for one in (value, int(value)):
            expected = format_decimal(one, locale=formats.LOCALE, decimal_quantization=False)
            assert formats.number(one) == expected, one
        expected = format_decimal(tenths(value), format="#,##0.0", locale=formats.LOCALE)
        assert formats.percent(value) == f"{expected} %", value


def test_days_and_moments() -> None:
    for ordinal in range(1, 1_000_000, 9_973):
        day = date.fromordinal(ordinal)
        assert formats.day(day) == date_format(day, "j M Y")
        instant = datetime(day.year, day.month, day.day, 13, 5, tzinfo=UTC) + timedelta(days=1)
        assert formats.moment(instant) == date_format(instant.astimezone(business_zone()), "j M Y, H:i")
