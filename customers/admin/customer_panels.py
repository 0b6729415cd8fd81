"""The panels of a customer's page: the figures, and what the newest orders say."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpRequest

from customers.admin.segments import segment_label
from customers.metrics import average_order_value, next_order_expected_on, purchase_frequency
from customers.models import Customer
from customers.reorders.selectors import customer_reorders
from orders.admin.statuses import status_label
from orders.order import Order
from orders.order_filter import OrderFilter
from orders.presentation import money
from orders.selectors import order_list
from orders.statuses import is_counted
from packprod.admin.formats import ago, currency, day, days, days_ago, label, moment, number
from packprod.admin.links import list_link, may_view, page_link
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, bars_panel, facts_panel, table_panel
from packprod.dates import business_date, parse_instant, utc_now

NEWEST = 500  # orders read for the panels, in one query
SHOWN_ORDERS = 50
SHOWN_PRODUCTS = 20
SHOWN_REORDERS = 8
SHOWN_MONTHS = 24
_ORDERS = (
    Heading("Reference", tight=True),
    Heading("Date", tight=True),
    Heading("Status"),
    Heading("Items", True),
    Heading("Total", True),
)
_REORDERS = (
    Heading("Product", tight=True),
    Heading("Description"),
    Heading("Rhythm", tight=True),
    Heading("Next expected", tight=True),
    Heading("State"),
)
REORDER_COLOURS = {"expected": "info", "overdue": "warning", "lost": ""}
_PRODUCTS = (
    Heading("Product", tight=True),
    Heading("Description"),
    Heading("Orders", True),
    Heading("Units", True),
    Heading("Spend", True),
)


def figures_panel(face: Customer, request: HttpRequest) -> Panel:
    """The metrics, and how fresh they are."""
    metrics = face.metrics
    expected = next_order_expected_on(metrics)
    facts = [
        ("Segment", segment_label(face.segment)),
        ("Orders", number(metrics.order_count)),
        ("Spend", currency(money(metrics.total_spend))),
        ("Average order", currency(average_order_value(metrics))),
        ("First order", day(business_date(metrics.first_order_date))),
        ("Last order", f"{day(business_date(metrics.last_order_date))}, {days_ago(face.days_ago)}"),
        ("Frequency", purchase_frequency(metrics)),
        ("Next order expected", day(expected) if expected else ""),
    ]
    return facts_panel("Figures", facts, note=f"As of {_age(face)}. Cancelled and refunded orders count nowhere.")


def person_panel(face: Customer, request: HttpRequest) -> Panel:
    """Who it is, by the newest order that says."""
    metrics = face.metrics
    facts = [
        ("Name", metrics.name),
        ("Company", metrics.company),
        ("E-mail", metrics.email),
        ("Customer ID", face.pk),
    ]
    return facts_panel("Customer", facts)


def reorders_panel(face: Customer, request: HttpRequest) -> Panel | None:
    """The products that come back, the next expected first."""
    page = customer_reorders(contact_id=face.pk, limit=SHOWN_REORDERS, position=None, now=utc_now())
    rows = [
        (
            page_link(request, "orders.product", one["productCode"], one["productCode"]),
            one["description"],
            f"every {days(int(one['medianGapDays']))}",
            day(date.fromisoformat(one["nextExpectedDate"])),
            label(one["state"].capitalize(), REORDER_COLOURS.get(one["state"], "")),
        )
        for one in page.items
    ]
    return table_panel("Expected to reorder", _REORDERS, rows) if rows else None


def order_panels(face: Customer, request: HttpRequest) -> Sequence[Panel]:
    """Spend by month, products bought and the newest orders, all from one read."""
    if not may_view(request.user, "orders.order"):
        return []
    page = order_list(OrderFilter(contact_id=face.pk), limit=NEWEST)
    whole = page.next_position is None
    counted = [order for order in page.items if is_counted(order.status)]
    note = "" if whole else f"From the newest {NEWEST} orders."
    return [
        _spend_panel(counted, today=face.today, note=note),
        _orders_panel(face, page.items, request, whole=whole),
        _products_panel(counted, request, note=note),
    ]


def _spend_panel(orders: Sequence[Order], *, today: date, note: str) -> Panel:
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        spend[_month(business_date(order.created_at))] += order.total
    months = _months(today)
    bars = [(date.fromisoformat(f"{month}-01").strftime("%b %y"), spend[month]) for month in months]
    return bars_panel("Spend by month", bars, told=[currency(money(amount)) for _, amount in bars], note=note)


def _month(day_: date) -> str:
    return day_.isoformat()[: len("2025-10")]


def _months(today: date) -> list[str]:
    """The last months up to the present one, oldest first."""
    count = today.year * 12 + today.month - 1
    return [f"{at // 12}-{at % 12 + 1:02d}" for at in range(count - SHOWN_MONTHS + 1, count + 1)]


def _orders_panel(face: Customer, orders: Sequence[Order], request: HttpRequest, *, whole: bool) -> Panel:
    rows = [
        (
            page_link(request, "orders.order", order.order_id, order.order_reference),
            moment(order.created_at),
            status_label(order.status),
            number(len(order.items)),
            currency(money(order.total)),
        )
        for order in orders[:SHOWN_ORDERS]
    ]
    some = len(orders) > SHOWN_ORDERS or not whole
    title = f"Newest {SHOWN_ORDERS} orders" if some else "Orders"
    return table_panel(title, _ORDERS, rows, more=list_link(request, "orders.order", "All orders", contact=face.pk))


def _products_panel(orders: Sequence[Order], request: HttpRequest, *, note: str) -> Panel:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    descriptions: dict[str, str] = {}
    for order in orders:
        for item in order.items:
            descriptions.setdefault(item.product_code, item.description)
            sums[item.product_code][1] += item.quantity
            sums[item.product_code][2] += item.line_total
        for code in {item.product_code for item in order.items}:
            sums[code][0] += 1
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1][2], pair[0]))
    rows = [
        (
            page_link(request, "orders.product", code, code),
            descriptions[code],
            number(count),
            number(units),
            currency(money(spend)),
        )
        for code, (count, units, spend) in ranked[:SHOWN_PRODUCTS]
    ]
    more = f" The {SHOWN_PRODUCTS} with most spend of {len(ranked)}." if len(ranked) > SHOWN_PRODUCTS else ""
    return table_panel("Products bought", _PRODUCTS, rows, note=note + more)


def _age(face: Customer) -> str:
    return ago(parse_instant(face.row["lastUpdated"]), now=utc_now())


CUSTOMER_PANELS = (
    ("figures", figures_panel, 10),
    ("person", person_panel, 20),
    ("reorders", reorders_panel, 25),
    ("orders", order_panels, 30),
)
