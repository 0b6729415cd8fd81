"""A customer's contact data in the admin: name, e-mail, company and phone, as the contact's row has them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from customers.contact_row import FIELDS, LONGEST, contact_data
from customers.models import Customer
from customers.selectors import contact_row
from customers.services import contact_edit
from orders.contact_aliases import effective_contact
from packprod.admin.links import change_url
from packprod.dates import utc_now
from packprod.errors import EditConflict, InvalidInput

PAGE = "customers.customer"
_LABELS = {"name": "Name", "email": "E-mail", "company": "Company", "phone": "Phone"}
NOTE = (
    "These words come before those on the orders, in lists and in the search; the orders keep theirs. Orders that come "
    "in later find this customer by the e-mail given here."
)


def _field(label: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=LONGEST, widget=UnfoldAdminTextInputWidget)


class ContactForm(forms.Form):
    """The contact's fields; empty ones are left to the orders."""

    name, email, company, phone = (_field(_LABELS[name]) for name in FIELDS)


def may_edit(request: HttpRequest) -> bool:
    """Whether this person may change contact data."""
    return bool(request.user.has_perm("customers.edit_customer"))


def edit_view(model_admin: Any, request: HttpRequest, contact_id: str) -> HttpResponse:
    """`…/customer/ID/edit/`. Raises EngineUnavailable."""
    if not (model_admin.has_view_permission(request) and may_edit(request)):
        raise PermissionDenied
    contact_id = effective_contact(contact_id)
    row = contact_row(contact_id)
    if row is None:
        messages.warning(request, "This customer has no contact of ours whose data could be changed.")
        return HttpResponseRedirect(change_url(PAGE, contact_id))
    present = contact_data(row)
    customer = Customer(contact_id=contact_id, name=present.get("name") or present.get("email") or contact_id)
    form = ContactForm(request.POST if request.method == "POST" else None, initial=present)
    if form.is_valid() and _edited(model_admin, request, customer, form):
        return HttpResponseRedirect(change_url(PAGE, contact_id))
    return _form_page(request, customer, form, present)


def _edited(model_admin: Any, request: HttpRequest, customer: Customer, form: ContactForm) -> bool:
    """False where that is refused: the form, or a message, says why."""
    seen = {name: request.POST.get(f"seen_{name}", "") for name in FIELDS}
    try:
        changed = contact_edit(contact_id=customer.pk, seen=seen, fields=form.cleaned_data, now=utc_now())
    except InvalidInput as exc:
        for problem in exc.problems:
            form.add_error(problem.field, problem.message)
        return False
    except EditConflict as exc:
        messages.error(request, exc.message)
        return False
    if changed:
        named = ", ".join(_LABELS[name].lower() for name in changed)
        model_admin.log_change(request, customer, f"Contact data changed: {named}.")
        messages.success(request, "The contact data are changed.")
    return True


def _form_page(request: HttpRequest, customer: Customer, form: ContactForm, present: dict[str, str]) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Edit contact data",
        "opts": Customer._meta,
        "original": customer,
        "form": form,
        "hidden": [(f"seen_{name}", present.get(name, "")) for name in FIELDS],
        "note": NOTE,
        "yes": "Save",
        "no_url": change_url(PAGE, customer.pk),
    }
    return TemplateResponse(request, "packprod_admin/question.html", context)
