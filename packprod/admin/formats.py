"""How amounts, instants and counts look to staff: the business currency and time zone everywhere."""

from datetime import datetime
from decimal import Decimal

from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from packprod.dates import business_zone

LOCALE = "en_AU"


def currency(amount: Decimal) -> str:
    """An amount in the business currency; decimals beyond the cent are kept, as nothing is rounded away."""
    quantize = amount == round(amount, 2)
    return format_currency(amount, settings.PACKPROD_CURRENCY, locale=LOCALE, decimal_quantization=quantize)


def number(value: Decimal | int) -> str:
    """A count or quantity with grouped digits and only the decimals it has."""
    return format_decimal(value, locale=LOCALE, decimal_quantization=False)


def moment(instant: datetime) -> str:
    """Day and time in the business time zone: 20 Oct 2025, 9:30 pm."""
    return date_format(instant.astimezone(business_zone()), "j M Y, H:i")


def aligned(text: str) -> SafeString:
    """A figure in a column: to the right, digits of one width, never broken over two lines."""
    return format_html('<span class="pp-figure">{}</span>', text)


def one_line(text: str) -> SafeString:
    """Text that would be harder to read on two lines."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)
