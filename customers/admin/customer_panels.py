"""The panels of a customer's page: the figures, who it is, and what is bought (`buying_panels`)."""

from urllib.parse import quote

from django.http import HttpRequest

from customers.admin.buying_panels import buying_panels
from customers.admin.expected import expected_cell
from customers.admin.segments import segment_label
from customers.expectation import NextOrder, next_order
from customers.metrics import average_order_value, purchase_frequency
from customers.models import Customer
from orders.lists.filter import COUNTED
from packprod.admin.formats import ago, currency, day, days_ago, every, number
from packprod.admin.links import link, list_link
from packprod.admin.panels import Panel
from packprod.admin.parts import facts_panel
from packprod.dates import business_date, parse_instant, utc_now
from packprod.money import money

NO_ORDER_COUNTS = "No order of this customer counts; cancelled and refunded ones do not."


def figures_panel(face: Customer, request: HttpRequest) -> Panel:
    """The metrics, and how fresh they are."""
    if face.uncounted:
        return facts_panel("Figures", [], note=f"{NO_ORDER_COUNTS} So this customer is in no list and no figure.")
    metrics, expected = face.metrics, next_order(face.metrics, today=face.today)
    count = number(metrics.order_count)
    facts = [
        ("Segment", segment_label(face.segment)),
        ("Orders", list_link(request, "orders.order", count, contact=face.pk, status=COUNTED) or count),
        ("Spend", currency(money(metrics.total_spend))),
        ("Average order", currency(average_order_value(metrics))),
        ("First order", day(business_date(metrics.first_order_date))),
        ("Last order", f"{day(business_date(metrics.last_order_date))}, {days_ago(face.days_ago)}"),
        ("Frequency", purchase_frequency(metrics)),
        ("Next order expected", _expected(expected)),
    ]
    note = f"As of {_age(face)}. Cancelled and refunded orders count nowhere."
    return facts_panel("Figures", facts, note=f"{note}{_rule(expected)}")


def _expected(expected: NextOrder | None) -> str:
    if expected is None:
        return ""
    return expected_cell(expected.expected_on, state=expected.state, overdue=expected.days_overdue)


def _rule(expected: NextOrder | None) -> str:
    """What the expected day is, beside those of the products."""
    if expected is None:
        return ""
    return (
        f" The next order of anything is expected one mean gap after the last: this customer orders every "
        f"{every(expected.gap_days)}. Single products have dates of their own."
    )


def person_panel(face: Customer, request: HttpRequest) -> Panel:
    """Who it is, by the newest order that says."""
    who = face.uncounted or face.metrics
    facts = [
        ("Name", who.name),
        ("Company", who.company),
        ("E-mail", link(f"mailto:{quote(who.email, safe='@')}", who.email) if who.email else ""),
        *([("Phone", face.uncounted.phone)] if face.uncounted else []),
        ("Customer ID", face.pk),
    ]
    return facts_panel("Customer", facts)


def _age(face: Customer) -> str:
    return ago(parse_instant(face.row["lastUpdated"]), now=utc_now())


CUSTOMER_PANELS = (
    ("figures", figures_panel, 10),
    ("person", person_panel, 20),
    ("buying", buying_panels, 30),
)
