"""Expected orders on a customer's page: the next one, and the products that are ordered again and again."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.http import HttpRequest
from django.utils.safestring import SafeString

from customers.models import Customer
from customers.reorders.rhythm import LOST, LOST_AFTER_GAPS, OVERDUE, days_overdue
from customers.reorders.selectors import by_key, state_of
from orders.admin.labels import product_cell
from packprod.admin.formats import day, days, days_late, escaped, number, one_line
from packprod.admin.links import list_link
from packprod.admin.panels import Heading, Panel, table_panel
from packprod.dynamodb.reads import Item

_CLASSES = {OVERDUE: "pp-late", LOST: "pp-lost"}


def expected_cell(expected_on: date, *, state: str, overdue: int) -> str:
    """`27 Nov 2026`, below it `5 days overdue` or `90 days overdue, lost`."""
    if not overdue:
        return one_line(day(expected_on))
    late = f"{days_late(overdue)}, lost" if state == LOST else days_late(overdue)
    below = f'<span class="{_CLASSES[state]}">{escaped(late)}</span>'
    return SafeString(f'<span class="pp-stack">{one_line(day(expected_on))}{below}</span>')


SHOWN_REORDERS = 8
_HEADINGS = (
    Heading("Product"),
    Heading("Next expected", tight=True),
    Heading("Usual gap", True),
    Heading("Occasions", True),
)
_NOTE = (
    "Of each product by itself: the median gap between its occasions, the days with orders of it, after the last. "
    f"Lost: more than {LOST_AFTER_GAPS} gaps late."
)


def soonest(rows: Sequence[Item], *, today: date) -> list[Item]:
    """The rows to show: the earliest expected first, lost ones last."""
    return sorted(rows, key=lambda row: (state_of(row, today=today) == LOST, by_key(row)))[:SHOWN_REORDERS]


def reorders_panel(
    customer: Customer, rows: Sequence[Item], descriptions: Mapping[str, str], request: HttpRequest, *, in_all: int
) -> Panel | None:
    """None for a customer without such a product. `rows` are the `in_all` ones that `soonest` keeps."""
    cells = [_cells(row, descriptions, request, today=customer.today) for row in rows]
    late = any(_late(row, today=customer.today) for row in rows)
    more = (
        list_link(request, "reports.overduereorders", "All overdue", contactID=customer.pk, state="all") if late else ""
    )
    note = f" The {SHOWN_REORDERS} expected soonest of {number(in_all)}." if in_all > SHOWN_REORDERS else ""
    return table_panel("Expected to reorder", _HEADINGS, cells, note=_NOTE + note, more=more) if rows else None


def _cells(row: Item, descriptions: Mapping[str, str], request: HttpRequest, *, today: date) -> tuple[str, ...]:
    code = row["productCode"]
    expected_on = date.fromisoformat(row["nextExpectedDate"])
    return (
        product_cell(request, code, descriptions.get(code, "")),
        expected_cell(expected_on, state=state_of(row, today=today), overdue=_late(row, today=today)),
        days(int(row["medianGapDays"])),
        number(row["occasions"]),
    )


def _late(row: Item, *, today: date) -> int:
    return days_overdue(date.fromisoformat(row["nextExpectedDate"]), today=today)
