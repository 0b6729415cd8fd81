"""The page of parked orders: why they are parked, what they are worth, and what can be done for all of them at once."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from customers.parked.selectors import assignable, parked_rows
from customers.tasks import assign_parked_orders
from orders.rows import customer_of, stored_reference, stored_text
from orders.selectors import order_or_parked
from packprod.admin.formats import currency, number
from packprod.admin.links import list_link
from packprod.admin.panels import Heading, Panel, table_panel
from packprod.admin.waking import wake
from packprod.api.authentication import actor_of
from packprod.dates import business_date, utc_now
from packprod.dynamodb.reads import Item
from packprod.errors import TooManyExports
from packprod.exports.export import Column, Export, Kind, file_name
from packprod.exports.response import export_response
from packprod.money import money
from packprod.readmodels.parked import ParkedKind, ParkedOrder, ParkedSummary, parked_orders, parked_summary
from packprod.readmodels.projection import project
from packprod.readmodels.tasks import summarise_buckets
from reports.models import DataHealth

PAGE = "admin:reports_datahealth_parked"
ParkedRow = tuple[Item, ParkedOrder]
_COLUMNS: tuple[Column[ParkedRow], ...] = (
    Column("Reference", lambda row: stored_reference(row[0])),
    Column("Reason", lambda row: row[1].reason, width=60),
    Column("Amount", lambda row: None if row[1].amount is None else money(row[1].amount), Kind.MONEY),
    Column("Created", lambda row: stored_text(row[0].get("createdAt")), width=26),
    Column("Status", lambda row: stored_text(row[0].get("status")), width=12),
    Column("Customer", lambda row: customer_of(row[0]).name),
    Column("E-mail", lambda row: customer_of(row[0]).email, width=30),
    Column("Phone", lambda row: customer_of(row[0]).phone),
    Column("Source", lambda row: stored_text(row[0].get("source")), width=12),
    Column("Order ID", lambda row: row[1].order_id, width=38),
)
PARKED_FILE = Export("parked orders", _COLUMNS)


def parked_view(request: HttpRequest) -> HttpResponse:
    """`…/parked/`: the parked orders by reason, and the remedies that this person may use."""
    summary = parked_summary()
    context = {
        **admin.site.each_context(request),
        "title": "Parked orders",
        "opts": DataHealth._meta,
        "lead": _lead(summary),
        "panels": [reasons_panel(request, summary)],
        "may": {
            "read": may_read_again(request) and bool(summary.kinds),
            "assign": may_assign(request) and bool(summary.kinds),
            "export": may_export(request) and bool(summary.kinds),
        },
    }
    return TemplateResponse(request, "admin/reports/parked.html", context)


def _lead(summary: ParkedSummary) -> str:
    if not summary.kinds:
        return "None: every order can be used."
    unreadable = f" {number(summary.unreadable)} have no amount that can be read." if summary.unreadable else ""
    return f"{_orders(summary.orders)} worth {currency(summary.amount)} in no figure.{unreadable}"


def reasons_panel(request: HttpRequest, summary: ParkedSummary) -> Panel:
    """Number and worth by reason."""
    headings = (Heading("Why"), Heading("Orders", figure=True), Heading("Worth", figure=True))
    rows = [(one.kind, number(one.orders), _worth(one)) for one in summary.kinds]
    more = list_link(request, "orders.order", "All of them", status="parked")
    return table_panel("Parked orders by reason", headings, rows, more=more, when_empty="None.")


def _worth(one: ParkedKind) -> str:
    if not one.unreadable:
        return currency(one.amount)
    if one.unreadable == one.orders:
        return "not known"
    return format_html('{}<div class="pp-note">{} not known</div>', currency(one.amount), number(one.unreadable))


def may_read_again(request: HttpRequest) -> bool:
    """The right to rebuild, as it derives orders afresh."""
    return request.user.has_perm("reports.rebuild_datahealth")


def may_assign(request: HttpRequest) -> bool:
    """The right to change orders."""
    return request.user.has_perm("orders.change_order")


def may_export(request: HttpRequest) -> bool:
    """The right to export orders, and to see them."""
    return all(map(request.user.has_perm, ("orders.view_order", "orders.export_order")))


def read_again(request: HttpRequest) -> HttpResponse:
    """`POST …/parked/read/`: derives every parked order from its row again."""
    ids = [one.order_id for one in parked_orders()]
    touched = project(ids, now=utc_now(), force=True)
    wake(summarise_buckets, sorted(touched))
    left = len(parked_orders())
    messages.success(request, f"{_orders(len(ids))} read again; {number(left)} cannot be used yet.")
    return HttpResponseRedirect(reverse(PAGE))


def assign_view(request: HttpRequest) -> HttpResponse:
    """`…/parked/assign/`: says what will happen and asks; then a worker gives the orders their customers."""
    found = assignable()
    if request.method == "POST":
        wake(assign_parked_orders, actor_of(request.user))
        text = f"{_orders(found.orders)} will be given their customers; this page shows what is left."
        messages.success(request, text)
        return HttpResponseRedirect(reverse(PAGE))
    context = {
        **admin.site.each_context(request),
        "title": "Give parked orders their customers",
        "opts": DataHealth._meta,
        "lead": f"{_orders(found.orders)} worth {currency(found.amount)} say who ordered, but name no customer.",
        "facts": [("Without e-mail and phone, stay parked", number(found.anonymous))] if found.anonymous else [],
        "note": "Each is given the customer with the e-mail, else the phone, on the order, as an import would find or "
        "make it. Only contactID, and when and by whom it was changed, are written; all other attributes stay.",
        "yes": "Give them their customers",
        "no_url": reverse(PAGE),
    }
    return TemplateResponse(request, "packprod_admin/question.html", context)


def parked_file(request: HttpRequest) -> HttpResponseBase:
    """`…/parked/file/`: every parked order with its reason, as CSV."""
    name = file_name("parked-orders", start=(day := business_date(utc_now())), end=day)
    try:
        return export_response(PARKED_FILE, _parked_rows(), format="csv", filename=name)
    except TooManyExports as exc:
        messages.warning(request, exc.message)
        return HttpResponseRedirect(reverse(PAGE))


def _parked_rows() -> Iterator[ParkedRow]:
    """The rows that are parked still."""
    for item in parked_rows():
        found: Any = order_or_parked(item)
        if isinstance(found, ParkedOrder):
            yield item, found


def _orders(count: int) -> str:
    return f"{number(count)} order{'' if count == 1 else 's'}"
