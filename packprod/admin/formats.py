"""How amounts, instants and counts look to staff: the business currency and time zone everywhere."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from babel.numbers import format_currency
from django.conf import settings
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from packprod.dates import MONTHS
from packprod.dates import moment as moment
from packprod.money import percentage, tenths

LOCALE = "en_AU"


def currency(amount: Decimal) -> str:
    """An amount in the business currency; the decimals beyond the cent that a price of a unit may have are kept."""
    code = settings.PACKPROD_CURRENCY
    around = _around_cents(code)
    rounded = round(amount, 2)
    if around and rounded == amount and not amount.is_signed():
        return f"{around[0]}{rounded:,.2f}{around[1]}"
    return format_currency(amount, code, locale=LOCALE, decimal_quantization=rounded == amount)


@lru_cache(maxsize=8)
def _around_cents(code: str) -> tuple[str, str] | None:
    """What stands before and after an amount of a currency with cents: babel takes 40 µs for each amount. None for a
    currency without."""
    before, digits, after = format_currency(Decimal("1234.50"), code, locale=LOCALE).partition("1,234.50")
    return (before, after) if digits else None


def number(value: Decimal | int) -> str:
    """A count or quantity with grouped digits and only the decimals it has."""
    whole, point, decimals = f"{value:,f}".partition(".") if isinstance(value, Decimal) else (f"{value:,}", "", "")
    decimals = decimals.rstrip("0")
    return f"{whole}{point}{decimals}" if decimals else whole


def percent(value: Decimal) -> str:
    """12.3 %, 4.0 %; 1 decimal everywhere, half up, so that figures stand below each other."""
    return f"{tenths(value):,.1f} %"


def share(part: int, whole: int) -> str:
    """The part in percent."""
    of_whole = percentage(part, whole)
    return "" if of_whole is None else percent(of_whole)


def day(value: date) -> str:
    """A business day: 20 Oct 2025."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year:04}"


def ago(instant: datetime, *, now: datetime) -> str:
    """How long an instant is past: 3 s ago, 5 min ago, 2 h ago, 4 days ago."""
    seconds = max(0, int((now - instant).total_seconds()))
    for unit, size in (("days", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def escaped(text: Any) -> str:
    """Text as HTML; what is HTML already stays. As Django's `conditional_escape`, which looks for lazy texts first."""
    return escape(text) if type(text) is str else conditional_escape(text)


def aligned(text: str) -> SafeString:
    """A figure in a column: to the right, digits of one width, never broken over two lines."""
    return SafeString(f'<span class="pp-figure">{escaped(text)}</span>')


def clipped(text: str) -> SafeString:
    """Text of any length on at most two lines; all of it on pointing."""
    shown = escaped(text)
    return SafeString(f'<span class="pp-clip" title="{shown}">{shown}</span>' if text else "")


def two_lines(text: str, below: str) -> SafeString:
    """A name, and in small print below it what else it is known by."""
    shown = escaped(below)
    second = f'<span class="pp-clip pp-below" title="{shown}">{shown}</span>' if below else ""
    return SafeString(f"{clipped(text)}{second}")


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
    return SafeString(f'<span class="whitespace-nowrap">{escaped(text)}</span>')


def label(text: str, colour: str) -> SafeString:
    """A coloured label, as unfold's lists show it: info, success, warning, danger, primary or plain."""
    return SafeString(f'<span class="pp-label{f" {escaped(colour)}" if colour else ""}">{escaped(text)}</span>')
