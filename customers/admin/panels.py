"""The panels of a customer's page: figures, name and address, and what the customer buys."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from django.http import HttpRequest

from customers.admin.reorders import expected_cell, reorders_panel, soonest
from customers.metrics import average_order_value, purchase_frequency
from customers.models import Customer
from customers.reorders.rhythm import NextOrder, next_order
from customers.reorders.selectors import reorder_rows
from orders.admin.labels import order_cell, product_cell, status_label
from orders.lists.filter import COUNTED, OrderFilter
from orders.lists.listing import order_list
from orders.order import Order
from orders.products.selectors import product_descriptions
from orders.statuses import is_counted
from packprod.admin.formats import ago, currency, day, days_ago, every, label, number
from packprod.admin.links import link, list_link, may_view
from packprod.admin.panels import Heading, Panel, bars_panel, facts_panel, table_panel
from packprod.dates import business_date, parse_instant, utc_now
from packprod.money import money
from packprod.months import first_day, last_months, month_of
from packprod.text import shown_email

SEGMENT_COLOURS = {"VIP": "success", "Active": "info", "New": "warning", "Dormant": ""}


def segment_label(segment: str) -> str:
    """The coloured label of a segment."""
    return label(segment, SEGMENT_COLOURS.get(segment, ""))


NEWEST = 500  # orders read for the panels, in one query
SHOWN_ORDERS = 20
SHOWN_PRODUCTS = 20
SHOWN_MONTHS = 24
_ORDERS = (
    Heading("Order", tight=True),
    Heading("Status"),
    Heading("Items", True, wide=True),
    Heading("Total", True),
)
_PRODUCTS = (Heading("Product"), Heading("Orders", True), Heading("Units", True), Heading("Spend", True))
Bought = tuple[str, Decimal, Decimal, Decimal]
"""A product's code, orders, units and spend."""


def buying_panels(customer: Customer, request: HttpRequest) -> Sequence[Panel]:
    """What the customer orders and is expected to order; panels of orders only for users who may see orders."""
    reorders = list(reorder_rows(customer.pk))
    due = soonest(reorders, today=customer.today)
    page = (
        order_list(OrderFilter(contact_id=customer.pk), limit=NEWEST)
        if may_view(request.user, "orders.order")
        else None
    )
    bought = _bought(order for order in page.items if is_counted(order.status)) if page else []
    codes = {row["productCode"] for row in due} | {code for code, *_ in bought[:SHOWN_PRODUCTS]}
    descriptions = product_descriptions(codes)
    panels = [reorders_panel(customer, due, descriptions, request, in_all=len(reorders))]
    if page is not None:
        note = "" if page.next_position is None else f"From the newest {NEWEST} orders."
        if not customer.uncounted:
            panels.append(_spend_panel(page.items, today=customer.today, note=note))
            panels.append(_products_panel(bought, descriptions, request, note=note))
        panels.append(_orders_panel(customer, page.items, request, whole=page.next_position is None))
    return [panel for panel in panels if panel is not None]


def _spend_panel(orders: Sequence[Order], *, today: date, note: str) -> Panel:
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        if is_counted(order.status):
            spend[month_of(business_date(order.created_at))] += order.total
    bars = [(f"{first_day(month):%b %y}", spend[month]) for month in last_months(SHOWN_MONTHS, until=month_of(today))]
    return bars_panel("Spend by month", bars, texts=[currency(money(amount)) for _, amount in bars], note=note)


def _bought(orders: Iterable[Order]) -> list[Bought]:
    """Every product of the orders, most spend first."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    for order in orders:
        for item in order.items:
            sums[item.product_code][1] += item.quantity
            sums[item.product_code][2] += item.line_total
        for code in {item.product_code for item in order.items}:
            sums[code][0] += 1
    found = [(code, count, units, spend) for code, (count, units, spend) in sums.items()]
    return sorted(found, key=lambda one: (-one[3], one[0]))


def _products_panel(
    bought: Sequence[Bought], descriptions: Mapping[str, str], request: HttpRequest, *, note: str
) -> Panel:
    rows = [
        (product_cell(request, code, descriptions.get(code, "")), number(count), number(units), currency(money(spend)))
        for code, count, units, spend in bought[:SHOWN_PRODUCTS]
    ]
    more = f" The {SHOWN_PRODUCTS} with most spend of {number(len(bought))}." if len(bought) > SHOWN_PRODUCTS else ""
    return table_panel("Products bought", _PRODUCTS, rows, note=note + more)


def _orders_panel(customer: Customer, orders: Sequence[Order], request: HttpRequest, *, whole: bool) -> Panel:
    rows = [
        (
            order_cell(request, order),
            status_label(order.status),
            number(len(order.items)),
            currency(money(order.total)),
        )
        for order in orders[:SHOWN_ORDERS]
    ]
    some = len(orders) > SHOWN_ORDERS or not whole
    title = f"Newest {SHOWN_ORDERS} orders" if some else "Orders"
    return table_panel(title, _ORDERS, rows, more=list_link(request, "orders.order", "All orders", contact=customer.pk))


NO_ORDER_COUNTS = "No order of this customer counts; cancelled and refunded ones do not."


def figures_panel(customer: Customer, request: HttpRequest) -> Panel:
    """The metrics, and when they were last worked out."""
    if customer.uncounted:
        return facts_panel("Figures", [], note=f"{NO_ORDER_COUNTS} So this customer is in no list and no figure.")
    figures, metrics = customer.figures, customer.metrics
    expected, count = next_order(metrics, today=customer.today), number(metrics.order_count)
    facts = [
        ("Segment", segment_label(figures.segment)),
        ("Orders", list_link(request, "orders.order", count, contact=customer.pk, status=COUNTED) or count),
        ("Spend", currency(money(metrics.total_spend))),
        ("Average order", currency(average_order_value(metrics))),
        ("First order", day(business_date(metrics.first_order_date))),
        (
            "Last order",
            f"{day(business_date(metrics.last_order_date))}, {days_ago(figures.last_order_days_ago)}",
        ),
        ("Frequency", purchase_frequency(metrics)),
        ("Next order expected", _expected(expected)),
    ]
    note = f"As of {_age(customer)}. Cancelled and refunded orders count nowhere."
    return facts_panel("Figures", facts, note=f"{note}{_rule(expected)}")


def _expected(expected: NextOrder | None) -> str:
    if expected is None:
        return ""
    return expected_cell(expected.expected_on, state=expected.state, overdue=expected.days_overdue)


def _rule(expected: NextOrder | None) -> str:
    """How the expected day is worked out, as products have expected days of their own."""
    if expected is None:
        return ""
    return (
        f" The next order of anything is expected one mean gap after the last: this customer orders every "
        f"{every(expected.gap_days)}. Single products have dates of their own."
    )


def person_panel(customer: Customer, request: HttpRequest) -> Panel:
    """Name, company, e-mail and phone: of the contact where it has them, else of the latest order that does."""
    who = customer.uncounted or customer.metrics
    facts = [
        ("Name", who.name),
        ("Company", who.company),
        ("E-mail", link(f"mailto:{quote(who.email, safe='@')}", shown_email(who.email)) if who.email else ""),
        ("Phone", who.phone),
        ("Customer ID", customer.pk),
    ]
    return facts_panel("Customer", facts)


def _age(customer: Customer) -> str:
    return ago(parse_instant(customer.figures.last_updated), now=utc_now())


CUSTOMER_PANELS = (
    ("figures", figures_panel, 10),
    ("person", person_panel, 20),
    ("buying", buying_panels, 30),
)
