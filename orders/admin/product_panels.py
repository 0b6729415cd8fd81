"""The panels of a product's page: its figures, its newest orders, and who is in them."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.http import HttpRequest

from orders.admin.cells import order_cell, product_cell
from orders.lists.filter import COUNTED
from orders.models import Product
from orders.products.selectors import ProductOrder, bought_together, product_orders
from orders.status_labels import status_label
from orders.statuses import is_counted
from packprod.admin.formats import currency, day, number, share
from packprod.admin.links import list_link, may_view, page_link
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, facts_panel, table_panel
from packprod.dates import business_date, parse_instant
from packprod.money import money

NEWEST = 200  # orders read for the panels
SHOWN = 20
_ORDERS = (
    Heading("Order", tight=True),
    Heading("Customer"),
    Heading("Status", wide=True),
    Heading("Quantity", True),
    Heading("Line total", True),
)
_PARTNERS = (Heading("Product"), Heading("Orders", True), Heading("Of all", True))
_CUSTOMERS = (Heading("Customer"), Heading("Orders", True), Heading("Units", True), Heading("Spend", True))


def figures_panel(face: Product, request: HttpRequest) -> Panel:
    """All-time figures."""
    row, count = face.row, number(face.orders)
    facts = [
        ("Code", face.product_code),
        ("Description", row["description"]),
        ("Units", number(face.units)),
        ("Revenue", currency(money(face.revenue))),
        ("Orders", list_link(request, "orders.order", count, product=face.product_code, status=COUNTED) or count),
        ("First order", day(business_date(parse_instant(row["firstOrderDate"])))),
        ("Last order", day(business_date(parse_instant(row["lastOrderDate"])))),
        ("Reorders", list_link(request, "reports.overduereorders", "Who is overdue", productCode=face.product_code)),
    ]
    return facts_panel("Product", facts, note="Of all orders that count; cancelled and refunded ones do not.")


def partners_panel(face: Product, request: HttpRequest) -> Panel:
    """What most of its orders hold too."""
    rows = [
        (
            product_cell(request, partner.product_code, partner.description),
            number(partner.orders),
            share(partner.orders, face.orders),
        )
        for partner in bought_together(face.row)
    ]
    return table_panel("Bought together", _PARTNERS, rows, when_empty="No other product is in any of its orders.")


def order_panels(face: Product, request: HttpRequest) -> Sequence[Panel]:
    """The newest orders and the customers in them, from one read."""
    if not may_view(request.user, "orders.order"):
        return []
    page = product_orders(face.product_code, limit=NEWEST, position=None)
    whole = page.next_position is None
    return [_customers_panel(page.items, request, whole=whole), _orders_panel(face, page.items, request, whole=whole)]


def _customers_panel(found: Sequence[ProductOrder], request: HttpRequest, *, whole: bool) -> Panel:
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0), Decimal(0)])
    names: dict[str, str] = {}
    for one in found:
        if is_counted(one.order.status):
            names.setdefault(one.order.contact_id, _name(one))
            for at, value in enumerate((Decimal(1), one.quantity, one.line_total)):
                sums[one.order.contact_id][at] += value
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1][2], pair[0]))
    rows = [
        (
            page_link(request, "customers.customer", contact_id, names[contact_id]),
            number(count),
            number(units),
            currency(money(spend)),
        )
        for contact_id, (count, units, spend) in ranked[:SHOWN]
    ]
    note = "" if whole else f"From the newest {NEWEST} orders."
    more = f" The {SHOWN} with most spend of {len(ranked)}." if len(ranked) > SHOWN else ""
    return table_panel("Customers who buy it", _CUSTOMERS, rows, note=note + more)


def _name(one: ProductOrder) -> str:
    customer = one.order.customer
    return customer.company or customer.name or customer.email


def _orders_panel(face: Product, found: Sequence[ProductOrder], request: HttpRequest, *, whole: bool) -> Panel:
    rows = [
        (
            order_cell(request, one.order),
            page_link(request, "customers.customer", one.order.contact_id, _name(one)),
            status_label(one.order.status),
            number(one.quantity),
            currency(money(one.line_total)),
        )
        for one in found[:SHOWN]
    ]
    title = f"Newest {SHOWN} orders" if len(found) > SHOWN or not whole else "Orders"
    all_orders = list_link(request, "orders.order", "All orders", product=face.product_code)
    return table_panel(title, _ORDERS, rows, more=all_orders)


PRODUCT_PANELS = (
    ("figures", figures_panel, 10),
    ("partners", partners_panel, 25),
    ("orders", order_panels, 30),
)
