"""The list and the page of an order."""

from django.contrib import admin
from unfold.decorators import display

from orders.admin.filters import AmountFilter, DateFilter, OriginFilter, StatusFilter
from orders.admin.order_source import OrderSource
from orders.models import Order
from packprod.admin.formats import aligned, currency, moment, number, one_line
from packprod.admin.model_admin import TableModelAdmin

STATUS_COLOURS = {
    "Received": "info",
    "Processing": "warning",
    "Shipped": "primary",
    "Completed": "success",
    "Cancelled": "danger",
    "Refunded": "danger",
    "Parked": "danger",
}


@admin.register(Order)
class OrderAdmin(TableModelAdmin):
    """Newest first; every column is read from the page's own rows."""

    source = OrderSource()
    list_display = ("reference", "date", "customer", "company", "items", "total", "status")
    list_display_links = ("reference",)
    list_filter = (StatusFilter, DateFilter, AmountFilter, OriginFilter)
    search_fields = ("reference",)
    search_help_text = "Reference (its start), e-mail, name or product code"
    ordering = ("-created_at",)
    when_empty = "They appear here as soon as the first import arrives."

    @admin.display(description="Reference")
    def reference(self, obj: Order) -> str:
        return one_line(str(obj))

    @admin.display(description="Date", ordering="created_at")
    def date(self, obj: Order) -> str | None:
        return one_line(moment(obj.order.created_at)) if obj.order else None

    @admin.display(description="Customer")
    def customer(self, obj: Order) -> str | None:
        if obj.order is None:
            return None
        return obj.order.customer.name or obj.order.customer.email

    @admin.display(description="Company")
    def company(self, obj: Order) -> str | None:
        return obj.order.customer.company or None if obj.order else None

    @admin.display(description="Items")
    def items(self, obj: Order) -> str | None:
        return aligned(number(len(obj.order.items))) if obj.order else None

    @admin.display(description="Total")
    def total(self, obj: Order) -> str | None:
        return aligned(currency(obj.order.total)) if obj.order else None

    @display(description="Status", label=STATUS_COLOURS)  # type: ignore[untyped-decorator]
    def status(self, obj: Order) -> str:
        return obj.order.status.capitalize() if obj.order else "Parked"
