"""The list and the page of an order."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from unfold.decorators import display

from orders import models
from orders.admin.bulk import begin_bulk_change
from orders.admin.labels import PARKED_NAME, STATUS_COLOURS, counted_orders
from orders.admin.order_list import LIST_FILTERS, PARKED, OrderSource, listing_of_query
from orders.admin.status_change import status_view
from orders.export import ORDER_LINES_FILE, ORDERS_FILE, order_lines
from orders.order import Order
from orders.statuses import status_name
from packprod.admin.change_list import TableChangeList
from packprod.admin.exporting import ListExport
from packprod.admin.formats import aligned, clipped, currency, moment, number, one_line
from packprod.admin.links import change_url, link, may_view, row_url
from packprod.admin.model_admin import TableModelAdmin
from packprod.admin.panels import Button
from packprod.admin.table_model import TableQuerySet
from packprod.readmodels.parked import ParkedSummary, parked_summary
from packprod.text import shown_email


def _orders(rows: Iterable[models.Order]) -> Iterator[Order]:
    """The orders of the rows, without the parked ones, which would fill no cell of a file."""
    return (row.order for row in rows if row.order)


@admin.register(models.Order)
class OrderAdmin(TableModelAdmin):
    """Newest first; every column is read from the page's own rows."""

    source = OrderSource()
    exports = {
        "orders": ListExport("Orders", ORDERS_FILE, _orders),
        "lines": ListExport("Order lines", ORDER_LINES_FILE, lambda rows: order_lines(_orders(rows))),
    }
    list_display = ("reference", "date", "customer", "company", "items", "total", "status")
    list_display_links = ("reference",)
    list_filter = LIST_FILTERS
    search_fields = ("reference",)
    search_help_text = "Reference (its start), name, company, e-mail, phone or product code"
    ordering = ("-created_at",)
    actions = ("change_status", *TableModelAdmin.actions)
    icon = "receipt_long"
    when_empty = "They appear here as soon as the first import arrives."

    def get_list_display(self, request: HttpRequest) -> Any:
        """The customer is a link for those who may open it."""
        columns = super().get_list_display(request)
        if not may_view(request.user, "customers.customer"):
            return columns
        return tuple("customer_link" if name == "customer" else name for name in columns)

    def list_context(self, request: HttpRequest, cl: TableChangeList) -> dict[str, Any]:
        """On the first page without filters: how much is parked."""
        is_start = not cl.filter_params and cl.paginator.number == 1
        parked = parked_summary() if is_start else ParkedSummary(())
        if not parked.kinds:
            return super().list_context(request, cl)
        text = f"{counted_orders(parked.orders)} worth {currency(parked.amount)} parked: in no figure."
        notice = {"text": text, "url": f"?status={PARKED}", "link": "See why"}
        return super().list_context(request, cl) | {"notice": notice}

    def in_short(self, obj: models.Order) -> str:
        return f"Order of {_name(obj)}" if _name(obj) else "Order"

    @admin.display(description="Reference")
    def reference(self, obj: models.Order) -> str:
        return one_line(str(obj))

    @admin.display(description="Date", ordering="created_at")
    def date(self, obj: models.Order) -> str | None:
        return one_line(moment(obj.order.created_at)) if obj.order else None

    @admin.display(description="Customer")
    def customer(self, obj: models.Order) -> str | None:
        """The name on the order; for a parked order, why it is parked."""
        if obj.parked:
            return clipped(obj.parked.reason)
        return clipped(_name(obj))

    @admin.display(description="Customer")
    def customer_link(self, obj: models.Order) -> str | None:
        if obj.order is None or not _name(obj):
            return self.customer(obj)
        return link(change_url("customers.customer", obj.order.contact_id), clipped(_name(obj)))

    @admin.display(description="Company")
    def company(self, obj: models.Order) -> str | None:
        return clipped(obj.order.customer.company) or None if obj.order else None

    @admin.display(description="Items")
    def items(self, obj: models.Order) -> str | None:
        return aligned(number(len(obj.order.items))) if obj.order else None

    @admin.display(description="Total", ordering="total")
    def total(self, obj: models.Order) -> str | None:
        amount = obj.order.total if obj.order else obj.parked.amount if obj.parked else None
        return None if amount is None else aligned(currency(amount))

    @display(description="Status", label=STATUS_COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def status(self, obj: models.Order) -> str:
        return status_name(obj.order.status) if obj.order else PARKED_NAME

    def has_bulk_permission(self, request: HttpRequest) -> bool:
        """Named by the action."""
        return all(map(request.user.has_perm, ("orders.change_order", "orders.add_bulkstatuschange")))

    @admin.action(description="Change status…", permissions=["bulk"])
    def change_status(self, request: HttpRequest, queryset: TableQuerySet[models.Order]) -> HttpResponse:
        """Begins a bulk change of the selected orders, or of all that match."""
        listing = listing_of_query(queryset.query, now=queryset.now) if queryset.ids is None else None
        return begin_bulk_change(request, queryset, listing=listing)

    def buttons(self, request: HttpRequest, obj: models.Order) -> Sequence[Button]:
        if obj.order is None or not self.has_change_permission(request):
            return ()
        return (Button("Change status", row_url("orders.order", "status", obj.pk), is_link=True),)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.status_view)
        return [path("<path:object_id>/status/", view, name="orders_order_status"), *super().get_urls()]

    def status_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`…/ID/status/`"""
        return status_view(self, request, object_id)


def _name(row: models.Order) -> str:
    """The customer's name on the order, else e-mail or phone."""
    customer = row.order.customer if row.order else None
    return (customer.name or shown_email(customer.email) or customer.phone) if customer else ""
