"""The stock admin: change lists of orders and customers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest

from bench.peer.shop.models import Contact, Order, OrderLine, Product


class LineInline(admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    """The lines of an order."""

    model = OrderLine
    raw_id_fields = ("product",)
    extra = 0


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """Orders, newest first."""

    list_display = ("reference", "created_at", "contact", "company", "status", "total", "source")
    list_filter = ("status", "created_at", "source")
    list_select_related = ("contact",)
    list_per_page = 50
    search_fields = ("reference__startswith", "contact__name", "contact__email")
    ordering = ("-created_at", "-id")
    raw_id_fields = ("contact",)
    inlines: ClassVar = [LineInline]

    @admin.display(ordering="contact__company")
    def company(self, row: Order) -> str:
        """The customer's company."""
        return str(row.contact.company)


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """Customers by spend."""

    list_display = ("name", "email", "company", "phone", "order_count", "total_spend", "last_order")
    list_per_page = 50
    list_filter = ("source",)
    search_fields = ("name", "email", "company")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """By spend; `ordering` would have to name a column."""
        return ("-total_spend", "-id")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Contacts with their figures; `super` would sort them by what is annotated only here."""
        counted = Q(orders__counted=True)
        found: Any = Contact.objects.annotate(
            order_count=Count("orders", filter=counted),
            total_spend=Sum("orders__total", filter=counted, default=0),
            last_order=Max("orders__created_at", filter=counted),
        )
        return found

    @admin.display(ordering="order_count")
    def order_count(self, row: Any) -> int:
        """How many orders count."""
        return int(row.order_count)

    @admin.display(ordering="total_spend")
    def total_spend(self, row: Any) -> Any:
        """What they are worth."""
        return row.total_spend

    @admin.display(ordering="last_order")
    def last_order(self, row: Any) -> Any:
        """When the last one came."""
        return row.last_order


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy only
    """Products."""

    list_display = ("code", "description")
    search_fields = ("code", "description")
