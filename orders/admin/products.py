"""Products in the admin: the list, and the page with figures, partners, newest orders and their customers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.contrib import admin
from django.http import HttpRequest

from orders import models
from orders.admin.labels import order_cell, product_cell, status_label
from orders.lists.filter import COUNTED
from orders.products.export import PRODUCTS_FILE, products
from orders.products.selectors import (
    ProductListing,
    ProductOrder,
    bought_together,
    product_list,
    product_orders,
    product_rows,
)
from orders.statuses import is_counted
from packprod.admin.exporting import ListExport
from packprod.admin.formats import aligned, clipped, currency, day, number, one_line, share
from packprod.admin.links import list_link, page_link
from packprod.admin.model_admin import TableModelAdmin
from packprod.admin.panels import Heading, Panel, facts_panel, table_panel
from packprod.admin.table_model import TableQuery
from packprod.dates import business_date, parse_instant
from packprod.money import money
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position
from packprod.rights import PRODUCT_CUSTOMERS, PRODUCT_ORDERS, may
from packprod.text import shown_email

_SORTS = {"revenue": "revenue", "units": "units", "orders": "orders", "product_code": "productCode"}


def _listing(query: TableQuery) -> ProductListing:
    return ProductListing(
        sort=_SORTS[query.sort or "revenue"], descending=query.descending or not query.sort, search=query.search
    )


class ProductSource:
    """The rows of the product list, read by selectors, whose positions it hands on."""

    filters = ()
    sorts = tuple(_SORTS)

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[models.Product]:
        page = product_list(_listing(query), limit=limit, position=position, now=now)
        return Page([models.Product.of(row) for row in page.items], page.next_position, page.total, page.ended_early)

    def every(self, query: TableQuery, *, now: datetime) -> Iterator[models.Product]:
        return (models.Product.of(row) for row in products(_listing(query), now=now))

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[models.Product]:
        rows = product_rows(ids)
        return [models.Product.of(rows[code]) for code in dict.fromkeys(ids) if code in rows]

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        return None


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


def figures_panel(product: models.Product, request: HttpRequest) -> Panel:
    """All-time figures."""
    item, count = product.item, number(product.orders)
    facts = [
        ("Code", product.product_code),
        ("Description", item["description"]),
        ("Units", number(product.units)),
        ("Revenue", currency(money(product.revenue))),
        ("Orders", list_link(request, "orders.order", count, product=product.product_code, status=COUNTED) or count),
        ("First order", day(business_date(parse_instant(item["firstOrderDate"])))),
        ("Last order", day(business_date(parse_instant(item["lastOrderDate"])))),
        ("Reorders", list_link(request, "reports.overduereorders", "Who is overdue", productCode=product.product_code)),
    ]
    return facts_panel("Product", facts, note="Of all orders that count; cancelled and refunded ones do not.")


def partners_panel(product: models.Product, request: HttpRequest) -> Panel:
    """The products that its orders most often hold as well."""
    rows = [
        (
            product_cell(request, partner.product_code, partner.description),
            number(partner.orders),
            share(partner.orders, product.orders),
        )
        for partner in bought_together(product.item)
    ]
    return table_panel("Bought together", _PARTNERS, rows, when_empty="No other product is in any of its orders.")


def order_panels(product: models.Product, request: HttpRequest) -> Sequence[Panel]:
    """The newest orders and the customers in them, from one read; each only for those who may view them."""
    if not may(request.user, PRODUCT_ORDERS.view):
        return []
    page = product_orders(product.product_code, limit=NEWEST, position=None)
    whole = page.next_position is None
    customers = (
        [_customers_panel(page.items, request, whole=whole)] if may(request.user, PRODUCT_CUSTOMERS.view) else []
    )
    return [*customers, _orders_panel(product, page.items, request, whole=whole)]


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
    return customer.company or customer.name or shown_email(customer.email)


def _orders_panel(
    product: models.Product, found: Sequence[ProductOrder], request: HttpRequest, *, whole: bool
) -> Panel:
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
    all_orders = list_link(request, "orders.order", "All orders", product=product.product_code)
    return table_panel(title, _ORDERS, rows, more=all_orders)


PRODUCT_PANELS = (
    ("figures", figures_panel, 10),
    ("partners", partners_panel, 25),
    ("orders", order_panels, 30),
)


@admin.register(models.Product)
class ProductAdmin(TableModelAdmin):
    """Most revenue first; figures are all-time, of orders that count."""

    source = ProductSource()
    exports = {"products": ListExport("Products", PRODUCTS_FILE, lambda rows: (row.item for row in rows))}
    list_display = ("code", "description", "units_", "revenue_", "orders_", "last_order")
    list_display_links = ("code",)
    search_fields = ("product_code",)
    search_help_text = "Code or words of the description"
    ordering = ("-revenue",)
    icon = "package_2"
    when_empty = "A product appears here with the first order that holds it."

    @admin.display(description="Code", ordering="product_code")
    def code(self, obj: models.Product) -> str:
        return one_line(obj.product_code)

    @admin.display(description="Description")
    def description(self, obj: models.Product) -> str | None:
        return clipped(obj.item["description"]) or None

    @admin.display(description="Units", ordering="units")
    def units_(self, obj: models.Product) -> str:
        return aligned(number(obj.units))

    @admin.display(description="Revenue", ordering="revenue")
    def revenue_(self, obj: models.Product) -> str:
        return aligned(currency(money(obj.revenue)))

    @admin.display(description="Orders", ordering="orders")
    def orders_(self, obj: models.Product) -> str:
        return aligned(number(obj.orders))

    @admin.display(description="Last order")
    def last_order(self, obj: models.Product) -> str:
        return one_line(day(business_date(parse_instant(obj.item["lastOrderDate"]))))
