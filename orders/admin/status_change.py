"""Changing one order's status in the admin: a page that asks, and tells when somebody else was faster."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelectWidget

from orders.admin.statuses import status_label, status_name
from orders.models import Order
from orders.order import Order as OrderData
from orders.services import order_change_status
from orders.statuses import ORDER_STATUSES, is_counted
from packprod.admin.formats import currency
from packprod.api.actors import actor_of
from packprod.dates import utc_now
from packprod.errors import EditConflict, InvalidInput, NotFound

STATUS_CHOICES = [(one, status_name(one)) for one in ORDER_STATUSES]


class StatusForm(forms.Form):
    """The new status, and what the editor saw."""

    status = forms.ChoiceField(label="New status", choices=STATUS_CHOICES, widget=UnfoldAdminSelectWidget)


def status_view(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """`…/orders/order/ID/status/`"""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    face = model_admin.get_object(request, object_id)
    if face is None or face.order is None:
        messages.warning(request, "That order is gone, or parked: its status cannot be changed.")
        return HttpResponseRedirect(reverse("admin:orders_order_changelist"))
    form = StatusForm(request.POST or None, initial={"status": face.order.status})
    if form.is_valid() and _changed(model_admin, request, face, form.cleaned_data["status"]):
        return HttpResponseRedirect(reverse("admin:orders_order_change", args=[face.pk]))
    return _question(request, face, face.order, form)


def _changed(model_admin: Any, request: HttpRequest, face: Order, status: str) -> bool:
    """Whether it is done; else a message says why not, and the page asks again over the order as it now is."""
    try:
        order_change_status(
            order_id=face.pk,
            status=status,
            updated_by=actor_of(request.user),
            expected_updated_at=request.POST.get("seen", ""),
            now=utc_now(),
        )
    except (EditConflict, InvalidInput, NotFound) as exc:
        messages.error(request, exc.message)
        return False
    before = face.order.status if face.order else ""
    if before != status:
        model_admin.log_change(request, face, f"Status changed from {before} to {status}.")
    messages.success(request, f"{face} is {status_name(status).lower()}.")
    return True


def _question(request: HttpRequest, face: Order, order: OrderData, form: StatusForm) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Change status",
        "opts": Order._meta,
        "lead": f"Order {face}",
        "form": form,
        "hidden": [("seen", order.updated_at)],
        "facts": [("Present status", status_label(order.status)), ("Total", currency(order.total))],
        "note": _consequence(order),
        "yes": "Change status",
        "no_url": reverse("admin:orders_order_change", args=[face.pk]),
    }
    return TemplateResponse(request, "packprod_admin/question.html", context)


def _consequence(order: OrderData) -> str:
    if is_counted(order.status):
        return "Cancelled and refunded orders leave every figure: the customer's spend, products and reports."
    return "With any other status than cancelled and refunded, this order counts in all figures again."
