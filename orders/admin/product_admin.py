"""The list and the page of a product."""

from django.contrib import admin

from orders.admin.product_source import ProductSource
from orders.models import Product
from orders.products.exports import PRODUCTS
from packprod.admin.exporting import ListExport
from packprod.admin.formats import aligned, clipped, currency, day, number, one_line
from packprod.admin.model_admin import TableModelAdmin
from packprod.dates import business_date, parse_instant
from packprod.money import money


@admin.register(Product)
class ProductAdmin(TableModelAdmin):
    """Most revenue first; figures are all-time, of orders that count."""

    source = ProductSource()
    exports = {"products": ListExport("Products", PRODUCTS, lambda faces: (face.row for face in faces))}
    list_display = ("code", "description", "units_", "revenue_", "orders_", "last_order")
    list_display_links = ("code",)
    search_fields = ("product_code",)
    search_help_text = "Code or words of the description"
    ordering = ("-revenue",)
    icon = "package_2"
    when_empty = "A product appears here with the first order that holds it."

    @admin.display(description="Code", ordering="product_code")
    def code(self, obj: Product) -> str:
        return one_line(obj.product_code)

    @admin.display(description="Description")
    def description(self, obj: Product) -> str | None:
        return clipped(obj.row["description"]) or None

    @admin.display(description="Units", ordering="units")
    def units_(self, obj: Product) -> str:
        return aligned(number(obj.units))

    @admin.display(description="Revenue", ordering="revenue")
    def revenue_(self, obj: Product) -> str:
        return aligned(currency(money(obj.revenue)))

    @admin.display(description="Orders", ordering="orders")
    def orders_(self, obj: Product) -> str:
        return aligned(number(obj.orders))

    @admin.display(description="Last order")
    def last_order(self, obj: Product) -> str:
        return one_line(day(business_date(parse_instant(obj.row["lastOrderDate"]))))
