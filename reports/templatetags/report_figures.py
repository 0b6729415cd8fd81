"""The formats of figures as template filters, and how a figure becomes a style."""

from decimal import Decimal
from typing import Any

from django import template

from reports.pages import formats

register = template.Library()
for _format in (formats.currency, formats.number, formats.percent, formats.signed_percent, formats.milliseconds):
    register.filter(_format.__name__, _format)


@register.filter
def tone(change: Decimal | None) -> str:
    """The class of a change: up, down or same."""
    if not change:
        return "same"
    return "up" if change > 0 else "down"


@register.filter
def css(value: Any) -> str:
    """A number as style sheets write it."""
    return f"{value or 0}"
