"""Changing one order's status in the admin: choose one, and confirm it where figures change.

The form holds the order as the editor saw it: where somebody has changed it since, the page shows what, and asks again.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminSelectWidget

from orders import models
from orders.admin.labels import status_label
from orders.order import Order
from orders.services import order_change_status
from orders.statuses import ORDER_STATUSES, is_counted, status_choices, status_name
from packprod.admin.formats import currency, moment
from packprod.admin.links import change_url, key_of, row_url
from packprod.api.authentication import actor_of
from packprod.dates import utc_now
from packprod.errors import EditConflict, InvalidInput, NotFound
from packprod.text import shown_email

OVERTAKEN = "Somebody changed this order since you looked at it. Look at what changed, and choose again."


def seen_fields(order: Order) -> list[tuple[str, str]]:
    """Names and values of the form's hidden fields."""
    return [("seen", order.updated_at), ("seen_status", order.status), ("seen_total", currency(order.total))]


def is_overtaken(request: HttpRequest, order: Order) -> bool:
    """Whether the order was changed since the editor saw it."""
    return request.POST.get("seen", "") != order.updated_at


def present_facts(order: Order) -> list[tuple[str, str]]:
    """The order as it is."""
    return [("Present status", status_label(order.status)), ("Total", currency(order.total))]


def changed_facts(request: HttpRequest, row: models.Order, order: Order) -> list[tuple[str, str]]:
    """What the editor saw that is different now, the order as it is, and who changed it where the row says so."""
    status, total = request.POST.get("seen_status", ""), request.POST.get("seen_total", "")
    facts = [
        ("Status you saw", status_label(status) if status in ORDER_STATUSES and status != order.status else ""),
        ("Total you saw", total if total != currency(order.total) else ""),
        *present_facts(order),
        ("Changed by", str(row.item.get("updatedBy") or "")),
    ]
    return [(name, value) for name, value in facts if value]


class StatusChangeForm(forms.Form):
    """The new status, and what the editor saw."""

    status = forms.ChoiceField(label="New status", choices=status_choices, widget=UnfoldAdminSelectWidget)


def status_view(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """`…/orders/order/ID/status/`"""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    row = model_admin.get_object(request, key_of(object_id))
    if row is None or row.order is None:
        messages.warning(request, "That order is gone, or parked: its status cannot be changed.")
        return HttpResponseRedirect(reverse("admin:orders_order_changelist"))
    form = StatusChangeForm(request.POST or None, initial={"status": row.order.status})
    if form.is_valid():
        status = form.cleaned_data["status"]
        if is_overtaken(request, row.order):
            return _question(request, row, row.order, form, overtaken=True)
        if _is_grave(row.order, status) and request.POST.get("confirmed") != status:
            return _confirmation(request, row, row.order, status)
        if _changed(model_admin, request, row, status):
            return HttpResponseRedirect(change_url("orders.order", row.pk))
    return _question(request, row, row.order, form)


def _is_grave(order: Order, status: str) -> bool:
    return is_counted(order.status) != is_counted(status)


def _changed(model_admin: Any, request: HttpRequest, row: models.Order, status: str) -> bool:
    """Changes the status. False where that is refused: a message says why, and the page asks again."""
    try:
        order_change_status(
            order_id=row.pk,
            status=status,
            updated_by=actor_of(request.user),
            expected_updated_at=request.POST.get("seen", ""),
            now=utc_now(),
        )
    except (EditConflict, InvalidInput, NotFound) as exc:
        messages.error(request, exc.message)
        return False
    before = row.order.status if row.order else ""
    if before != status:
        model_admin.log_change(request, row, f"Status changed from {before} to {status}.")
    messages.success(request, f"{row} is {status_name(status).lower()}.")
    return True


def _question(
    request: HttpRequest, row: models.Order, order: Order, form: StatusChangeForm, *, overtaken: bool = False
) -> HttpResponse:
    """The first step; once more, with what changed, where somebody else was faster."""
    if overtaken:
        messages.error(request, OVERTAKEN)
    context = {
        **admin.site.each_context(request),
        "title": "Change status",
        "opts": models.Order._meta,
        "original": row,
        "lead": f"Order {row}",
        "form": form,
        "hidden": seen_fields(order),
        "facts": changed_facts(request, row, order) if overtaken else present_facts(order),
        "note": "You are asked once more before an order is cancelled or refunded, or counts again.",
        "yes": "Change status",
        "no": "Back to the order",
        "no_url": change_url("orders.order", row.pk),
    }
    return TemplateResponse(request, "packprod_admin/question.html", context)


def _confirmation(request: HttpRequest, row: models.Order, order: Order, status: str) -> HttpResponse:
    """The second step, over the order that was seen."""
    name = status_name(status)
    context = {
        **admin.site.each_context(request),
        "title": f"Set to {name.lower()}?",
        "opts": models.Order._meta,
        "original": row,
        "lead": f"Order {row} will be {name.lower()}. {_consequence(order)}",
        "hidden": [*seen_fields(order), ("status", status), ("confirmed", status)],
        "facts": [
            ("Status", format_html("{} → {}", status_label(order.status), status_label(status))),
            ("Customer", order.customer.name or shown_email(order.customer.email)),
            ("Date", moment(order.created_at)),
            ("Total", currency(order.total)),
        ],
        "yes": f"Yes, set to {name.lower()}",
        "yes_variant": "primary" if is_counted(status) else "danger",
        "no": "No, go back",
        "no_url": row_url("orders.order", "status", row.pk),
    }
    return TemplateResponse(request, "packprod_admin/question.html", context)


def _consequence(order: Order) -> str:
    if is_counted(order.status):
        return "Its total then leaves every figure: the customer's spend, products and reports."
    return "Its total then counts in every figure again: the customer's spend, products and reports."
