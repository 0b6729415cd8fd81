"""The list and the page of a customer."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from unfold.decorators import display

from customers.admin.customer_list import CustomerSource, DaysFilter, SegmentFilter, SpendFilter, uncounted_customer
from customers.admin.editing import edit_view, may_edit
from customers.admin.merging import customer_url, may_merge, merge_view, part_view
from customers.admin.panels import SEGMENT_COLOURS
from customers.admin.reorders import expected_cell
from customers.cache_row import CustomerFigures
from customers.export import CUSTOMERS
from customers.metrics import average_order_value, purchase_frequency
from customers.models import Customer
from customers.reorders.rhythm import next_order
from customers.services import contact_rebuild
from orders.contact_aliases import effective_contact
from packprod.admin.exporting import ListExport
from packprod.admin.formats import aligned, currency, day, number, one_line, two_lines
from packprod.admin.links import change_url, key_of
from packprod.admin.model_admin import TableModelAdmin
from packprod.admin.panels import Button
from packprod.admin.record_admin import only_post
from packprod.admin.table_model import TableModel, TableQuerySet
from packprod.dates import business_date, utc_now

NAMED = 5  # customers that the message after a rebuild names


def _figures(customers: Iterable[Customer]) -> Iterator[CustomerFigures]:
    return (one.figures for one in customers)


@admin.register(Customer)
class CustomerAdmin(TableModelAdmin):
    """By spend, largest first. What depends on today is right as of the request."""

    source = CustomerSource()
    exports = {"customers": ListExport("Customers", CUSTOMERS, _figures)}
    list_display = (
        "customer",
        "segment",
        "orders",
        "spend",
        "average_order",
        "last_order",
        "days_ago",
        "frequency",
        "next_order",
    )
    list_display_links = ("customer",)
    list_filter = (SegmentFilter, SpendFilter, DaysFilter)
    search_fields = ("name",)
    search_help_text = "Name, company, e-mail or phone"
    ordering = ("-total_spend",)
    actions = (*TableModelAdmin.actions, "rebuild")
    icon = "groups"
    when_empty = "A customer appears here with the first order that counts."

    @admin.display(description="Customer", ordering="name")
    def customer(self, obj: Customer) -> str:
        company = obj.metrics.company if obj.metrics.company != str(obj) else ""
        return two_lines(str(obj), company)

    @display(description="Segment", label=SEGMENT_COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def segment(self, obj: Customer) -> str:
        return obj.figures.segment

    @admin.display(description="Orders", ordering="order_count")
    def orders(self, obj: Customer) -> str:
        return aligned(number(obj.metrics.order_count))

    @admin.display(description="Spend", ordering="total_spend")
    def spend(self, obj: Customer) -> str:
        return aligned(currency(obj.metrics.total_spend))

    @admin.display(description="Average")
    def average_order(self, obj: Customer) -> str:
        return aligned(currency(average_order_value(obj.metrics)))

    @admin.display(description="Last order", ordering="last_order_date")
    def last_order(self, obj: Customer) -> str:
        return one_line(day(business_date(obj.metrics.last_order_date)))

    @admin.display(description="Days ago")
    def days_ago(self, obj: Customer) -> str:
        return aligned(number(obj.figures.last_order_days_ago))

    @admin.display(description="Frequency")
    def frequency(self, obj: Customer) -> str:
        return purchase_frequency(obj.metrics)

    @admin.display(description="Next expected")
    def next_order(self, obj: Customer) -> str | None:
        found = next_order(obj.metrics, today=obj.today)
        return expected_cell(found.expected_on, state=found.state, overdue=found.days_overdue) if found else None

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> TableModel | None:
        """Also a contact without orders that count, because its orders link here."""
        found = super().get_object(request, object_id, from_field)
        return found if found or from_field else uncounted_customer(object_id, now=utc_now())

    def has_rebuild_permission(self, request: HttpRequest) -> bool:
        """Checked by the action `rebuild`."""
        return request.user.has_perm("customers.rebuild_customer")

    @admin.action(description="Rebuild metrics from the orders", permissions=["rebuild"])
    def rebuild(self, request: HttpRequest, queryset: TableQuerySet[Customer]) -> None:
        """Mends figures that differ from the orders, and says in one line how many did."""
        if queryset.ids is None:
            messages.warning(request, "Select customers on the page; for all there is `manage.py rebuild_read_models`.")
            return
        found = [(str(one), self._rebuilt(request, one)) for one in queryset]
        messages.success(request, _results(found))

    def buttons(self, request: HttpRequest, obj: Customer) -> Sequence[Button]:
        buttons = []
        if may_edit(request):
            buttons.append(Button("Edit contact data", customer_url("edit", obj.pk), is_link=True))
        if may_merge(request):
            buttons.append(Button("Join with another", customer_url("merge", obj.pk), is_link=True))
        if self.has_rebuild_permission(request):
            buttons.append(Button("Rebuild metrics", customer_url("rebuild", obj.pk)))
        return buttons

    def get_urls(self) -> list[Any]:
        views = {"rebuild": self.rebuild_view, "merge": self.merge_view, "part": self.part_view, "edit": self.edit_view}
        routes = [
            path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=f"customers_customer_{name}")
            for name, view in views.items()
        ]
        return [*routes, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of a contact that was joined is that of the customer that is left."""
        contact_id = key_of(object_id)
        left = effective_contact(contact_id) if self.has_view_permission(request) else contact_id
        if left != contact_id:
            messages.info(request, "This contact is joined with another customer; here is that one.")
            return HttpResponseRedirect(change_url("customers.customer", left))
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return answer

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`…/ID/edit/`"""
        return edit_view(self, request, key_of(object_id))

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`…/ID/merge/`"""
        return merge_view(self, request, key_of(object_id))

    def part_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`…/ID/part/`"""
        return part_view(self, request, key_of(object_id))

    def rebuild_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/rebuild/`: the list's action for one customer. Raises EngineUnavailable."""
        if not (self.has_view_permission(request) and self.has_rebuild_permission(request)):
            raise PermissionDenied
        if (refusal := only_post(request)) is not None:
            return refusal
        customer = self.get_object(request, key_of(object_id))
        if customer is None:
            messages.warning(request, "There is no such customer any more.")
            return HttpResponseRedirect(reverse("admin:customers_customer_changelist"))
        messages.success(request, _results([(str(customer), self._rebuilt(request, customer))]))
        return HttpResponseRedirect(change_url("customers.customer", customer.pk))

    def _rebuilt(self, request: HttpRequest, customer: TableModel) -> int:
        """Rebuilds one customer's read models; returns how many rows differed from the orders."""
        differences = contact_rebuild(contact_id=str(customer.pk), now=utc_now())
        self.log_change(request, customer, f"Metrics rebuilt: {differences} rows differed.")
        return differences


def _results(found: Sequence[tuple[str, int]]) -> str:
    """The message: one customer by name; of several their number, and the first that differed by name."""
    if len(found) == 1 and not found[0][1]:
        return f"{found[0][0]}: every figure agrees with the orders."
    differed = [f"{name}: {_rows_differed(count)}" for name, count in found if count]
    if len(found) == 1:
        return f"{differed[0]} from the orders, and agree now."
    text = f"{number(len(found))} customers rebuilt, {number(len(differed))} differed"
    if not differed:
        return f"{text}."
    more = f"; and {number(len(differed) - NAMED)} more" if len(differed) > NAMED else ""
    return f"{text} from the orders, and agree now: {'; '.join(differed[:NAMED])}{more}."


def _rows_differed(count: int) -> str:
    return f"{number(count)} row{'' if count == 1 else 's'} differed"
