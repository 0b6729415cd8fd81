"""The panels of a customer's page that say what is bought: expected reorders, spend by month, products, orders.

They are built together, since they share their reads: the reorder rows, the newest orders, and the products of both.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.http import HttpRequest

from customers.admin.reorder_panel import reorders_panel, soonest
from customers.models import Customer
from customers.reorders.selectors import reorder_rows
from orders.admin.cells import order_cell, product_cell
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.order import Order
from orders.products.selectors import product_descriptions
from orders.status_labels import status_label
from orders.statuses import is_counted
from packprod.admin.formats import currency, number
from packprod.admin.links import list_link, may_view
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, bars_panel, table_panel
from packprod.dates import business_date
from packprod.money import money
from packprod.months import first_day, last_months, month_of

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


def buying_panels(face: Customer, request: HttpRequest) -> Sequence[Panel]:
    """The orders' own panels only for who may see orders."""
    reorders = list(reorder_rows(face.pk))
    due = soonest(reorders, today=face.today)
    page = order_list(OrderFilter(contact_id=face.pk), limit=NEWEST) if may_view(request.user, "orders.order") else None
    bought = _bought(order for order in page.items if is_counted(order.status)) if page else []
    codes = {row["productCode"] for row in due} | {code for code, *_ in bought[:SHOWN_PRODUCTS]}
    descriptions = product_descriptions(codes)
    panels = [reorders_panel(face, due, descriptions, request, in_all=len(reorders))]
    if page is not None:
        note = "" if page.next_position is None else f"From the newest {NEWEST} orders."
        if not face.uncounted:
            panels.append(_spend_panel(page.items, today=face.today, note=note))
            panels.append(_products_panel(bought, descriptions, request, note=note))
        panels.append(_orders_panel(face, page.items, request, whole=page.next_position is None))
    return [panel for panel in panels if panel is not None]


def _spend_panel(orders: Sequence[Order], *, today: date, note: str) -> Panel:
    spend: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        if is_counted(order.status):
            spend[month_of(business_date(order.created_at))] += order.total
    bars = [(f"{first_day(month):%b %y}", spend[month]) for month in last_months(SHOWN_MONTHS, until=month_of(today))]
    return bars_panel("Spend by month", bars, told=[currency(money(amount)) for _, amount in bars], note=note)


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


def _orders_panel(face: Customer, orders: Sequence[Order], request: HttpRequest, *, whole: bool) -> Panel:
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
    return table_panel(title, _ORDERS, rows, more=list_link(request, "orders.order", "All orders", contact=face.pk))
