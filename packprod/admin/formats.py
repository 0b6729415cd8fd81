"""How amounts, instants and counts look to staff: the business currency and time zone everywhere."""

from datetime import date, datetime
from decimal import Decimal

from babel.numbers import format_currency, format_decimal
from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from packprod.dates import moment as moment
from packprod.money import percentage, tenths

LOCALE = "en_AU"


def currency(amount: Decimal) -> str:
    """An amount in the business currency; the decimals beyond the cent that a price of a unit may have are kept."""
    quantize = amount == round(amount, 2)
    return format_currency(amount, settings.PACKPROD_CURRENCY, locale=LOCALE, decimal_quantization=quantize)


def number(value: Decimal | int) -> str:
    """A count or quantity with grouped digits and only the decimals it has."""
    return format_decimal(value, locale=LOCALE, decimal_quantization=False)


def percent(value: Decimal) -> str:
    """12.3 %, 4.0 %; 1 decimal everywhere, half up, so that figures stand below each other."""
    return f"{format_decimal(tenths(value), format='#,##0.0', locale=LOCALE)} %"


def share(part: int, whole: int) -> str:
    """The part in percent."""
    of_whole = percentage(part, whole)
    return "" if of_whole is None else percent(of_whole)


def day(value: date) -> str:
    """A business day: 20 Oct 2025."""
    return date_format(value, "j M Y")


def ago(instant: datetime, *, now: datetime) -> str:
    """How long an instant is past: 3 s ago, 5 min ago, 2 h ago, 4 days ago."""
    seconds = max(0, int((now - instant).total_seconds()))
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def aligned(text: str) -> SafeString:
    """A figure in a column: to the right, digits of one width, never broken over two lines."""
    return format_html('<span class="pp-figure">{}</span>', text)


def clipped(text: str) -> SafeString:
    """Text of any length on at most two lines; all of it on pointing."""
    return format_html('<span class="pp-clip" title="{}">{}</span>', text, text) if text else SafeString()


def two_lines(text: str, below: str) -> SafeString:
    """A name, and in small print below it what else it is known by."""
    second = format_html('<span class="pp-clip pp-below" title="{}">{}</span>', below, below) if below else ""
    return format_html("{}{}", clipped(text), second)


def days(count: int) -> str:
    """1 day, 14 days."""
    return f"{number(count)} day{'' if count == 1 else 's'}"


def every(count: int) -> str:
    """day, 2 days, 14 days: what stands behind "every"."""
    return "day" if count == 1 else days(count)


def days_ago(count: int) -> str:
    """today, yesterday, 12 days ago."""
    return {0: "today", 1: "yesterday"}.get(count, f"{number(count)} days ago")


def days_late(count: int) -> str:
    """1 day overdue, 12 days overdue."""
    return f"{days(count)} overdue"


def one_line(text: str) -> SafeString:
    """Text that would be harder to read on two lines."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def label(text: str, colour: str) -> SafeString:
    """A coloured label, as unfold's lists show it: info, success, warning, danger, primary or plain."""
    return format_html('<span class="pp-label{}">{}</span>', f" {colour}" if colour else "", text)
