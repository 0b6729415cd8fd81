"""How an expected order looks: its day, and below it how long that is past. The same for a customer and a product."""

from datetime import date

from django.utils.html import format_html

from customers.reorders.rhythm import LOST, OVERDUE
from packprod.admin.formats import day, days_late

_CLASSES = {OVERDUE: "pp-late", LOST: "pp-lost"}


def expected_cell(expected_on: date, *, state: str, overdue: int) -> str:
    """`27 Nov 2026`, below it `5 days overdue` or `90 days overdue, lost`."""
    if not overdue:
        return format_html('<span class="whitespace-nowrap">{}</span>', day(expected_on))
    late = f"{days_late(overdue)}, lost" if state == LOST else days_late(overdue)
    return format_html(
        '<span class="pp-stack"><span class="whitespace-nowrap">{}</span><span class="{}">{}</span></span>',
        day(expected_on),
        _CLASSES[state],
        late,
    )
