"""Joining customers in the admin: choose the other one, compare both, confirm; and parting them again."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from customers.admin.panels import segment_label
from customers.cache_row import metrics_from_row
from customers.lists.listing import Listing, customer_list
from customers.merging.selectors import MergedContact, Side, is_parting, joined, merged_contacts, side
from customers.merging.services import aliases_spread, contact_merge, contact_unmerge
from customers.merging.tasks import move_orders
from customers.metrics import Metrics, purchase_frequency, segment
from customers.models import Customer
from orders.contact_aliases import effective_contact
from packprod.admin.formats import currency, day, moment, number
from packprod.admin.links import change_url, link, row_url
from packprod.admin.panels import Heading, Panel, table_panel
from packprod.admin.waking import wake
from packprod.api.authentication import actor_of
from packprod.dates import business_date, utc_now
from packprod.errors import EditConflict, InvalidInput, NotFound
from packprod.money import money

FOUND = 20  # customers that a search for the other one shows
SHOWN = 100  # joined contacts on the page of a customer
PAGE = "customers.customer"
ROUTES = ("merge", "part")


def customer_url(name: str, contact_id: str, **parameters: str) -> str:
    """The address of a page below a customer's own: `merge`, `part`, `edit`."""
    address = row_url("customers.customer", name, contact_id)
    return f"{address}?{urlencode(parameters)}" if parameters else address


def may_merge(request: HttpRequest) -> bool:
    """Whether this person may join and part customers."""
    return bool(request.user.has_perm("customers.merge_customer"))


# --- Joining -------------------------------------------------------------------------------------------------------


def merge_view(model_admin: Any, request: HttpRequest, contact_id: str) -> HttpResponse:
    """`…/customer/ID/merge/`: a search for the other customer; with `?with=ID` both beside each other; POST joins.

    Raises EngineUnavailable.
    """
    if not (model_admin.has_view_permission(request) and may_merge(request)):
        raise PermissionDenied
    contact_id = effective_contact(contact_id)
    other_id = effective_contact(request.GET.get("with", "").strip())
    try:
        one = side(contact_id)
        other = side(other_id) if other_id else None
    except NotFound as exc:
        messages.warning(request, exc.message)
        return HttpResponseRedirect(reverse("admin:customers_customer_changelist"))
    if other is None or other.contact_id == one.contact_id:
        return _search_page(request, one)
    if request.method == "POST":
        return _merge(model_admin, request, one, other)
    return _comparison_page(request, one, other)


def _merge(model_admin: Any, request: HttpRequest, one: Side, other: Side) -> HttpResponse:
    left_id = request.POST.get("left", "")
    if left_id not in (one.contact_id, other.contact_id):
        messages.error(request, "Choose which customer is left.")
        return _comparison_page(request, one, other)
    left, gone = (one, other) if left_id == one.contact_id else (other, one)
    try:
        contact_merge(contact_id=gone.contact_id, into=left.contact_id, merged_by=actor_of(request.user), now=utc_now())
    except (InvalidInput, EditConflict, NotFound) as exc:
        messages.error(request, exc.message)
        return _comparison_page(request, one, other)
    _follow(gone.contact_id)
    text = f"Customer {gone.display_name} ({gone.contact_id}) joined with {left.display_name} ({left.contact_id})."
    _log(model_admin, request, (gone, left), text)
    messages.success(request, f"{gone.display_name} is one customer with {left.display_name} now.")
    return HttpResponseRedirect(change_url(PAGE, left.contact_id))


def _follow(contact_id: str) -> None:
    """Wakes a worker for the read models, and waits until every process goes by the new aliases."""
    wake(move_orders, contact_id)
    aliases_spread()


def _log(model_admin: Any, request: HttpRequest, sides: Sequence[Side], text: str) -> None:
    """Notes it in the history of each customer."""
    for one in sides:
        model_admin.log_change(request, Customer(contact_id=one.contact_id, name=one.display_name), text)


def _search_page(request: HttpRequest, one: Side) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    context = _context(request, one, "Join with another customer") | {
        "one": one,
        "search": search,
        "found": _candidates(search, one.contact_id) if search else [],
        "back": change_url(PAGE, one.contact_id),
    }
    return TemplateResponse(request, "customers/merge_search.html", context)


def _candidates(search: str, contact_id: str) -> list[tuple[str, Metrics]]:
    """The address of the comparison with each customer found, and that customer's metrics."""
    found = customer_list(Listing(), search=search, limit=FOUND + 1, position=None, now=utc_now()).page.items
    others = [row for row in found if row["contactID"] != contact_id][:FOUND]
    return [(customer_url("merge", contact_id, **{"with": row["contactID"]}), metrics_from_row(row)) for row in others]


def _comparison_page(request: HttpRequest, one: Side, other: Side) -> HttpResponse:
    sides = (one, other)
    context = _context(request, one, "Join two customers") | {
        "sides": [(who, change_url(PAGE, who.contact_id)) for who in sides],
        "who": _who(sides),
        "figures": _figures(sides, joined(sides, left=one.contact_id)),
        "left": _suggested(one, other).contact_id,
        "back": change_url(PAGE, one.contact_id),
    }
    return TemplateResponse(request, "customers/merge.html", context)


def _suggested(one: Side, other: Side) -> Side:
    """The one with more orders, else the older contact."""
    counts = [who.metrics.order_count if who.metrics else 0 for who in (one, other)]
    if counts[0] != counts[1]:
        return one if counts[0] > counts[1] else other
    return min((one, other), key=lambda who: (who.created_at or "~", who.contact_id))


def _who(sides: Sequence[Side]) -> list[tuple[str, list[str]]]:
    """Name, company and so on: of each of the two."""
    return [
        (title, [getattr(one, name) for one in sides])
        for title, name in (
            ("Name", "name"),
            ("Company", "company"),
            ("E-mail", "email"),
            ("Phone", "phone"),
            ("Customer ID", "contact_id"),
        )
    ]


def _figures(sides: Sequence[Side], result: Metrics | None) -> list[tuple[str, list[str]]]:
    """Each figure of both customers, and of the one that is left."""
    columns = [*(one.metrics for one in sides), result]
    today = business_date(utc_now())
    rows = {
        "Orders": lambda one: number(one.order_count),
        "Spend": lambda one: currency(money(one.total_spend)),
        "First order": lambda one: day(business_date(one.first_order_date)),
        "Last order": lambda one: day(business_date(one.last_order_date)),
        "Segment": lambda one: segment_label(segment(one, today=today)),
        "Frequency": purchase_frequency,
    }
    return [(title, [show(one) if one else "–" for one in columns]) for title, show in rows.items()]


def _context(request: HttpRequest, one: Side, title: str) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": title,
        "opts": Customer._meta,
        "original": Customer(contact_id=one.contact_id, name=one.display_name),
    }


# --- Parting -------------------------------------------------------------------------------------------------------


def part_view(model_admin: Any, request: HttpRequest, contact_id: str) -> HttpResponse:
    """`…/customer/ID/part/?contact=ID`: asks, and POST parts a joined contact from the customer.

    Raises EngineUnavailable.
    """
    if not (model_admin.has_view_permission(request) and may_merge(request)):
        raise PermissionDenied
    merged = {one.contact_id: one for one in merged_contacts(contact_id) if not is_parting(one)}
    gone = merged.get(request.GET.get("contact", ""))
    if gone is None:
        messages.warning(request, "These customers are not joined any more.")
        return HttpResponseRedirect(change_url(PAGE, contact_id))
    if request.method == "POST":
        return _part(model_admin, request, side(contact_id), gone)
    return _part_question(request, side(contact_id), gone)


def _part(model_admin: Any, request: HttpRequest, left: Side, gone: MergedContact) -> HttpResponse:
    try:
        contact_unmerge(contact_id=gone.contact_id)
    except EditConflict as exc:
        messages.error(request, exc.message)
        return HttpResponseRedirect(change_url(PAGE, left.contact_id))
    _follow(gone.contact_id)
    text = f"Customer {_named(gone)} ({gone.contact_id}) parted from {left.display_name} ({left.contact_id})."
    for contact_id, name in ((gone.contact_id, _named(gone)), (left.contact_id, left.display_name)):
        model_admin.log_change(request, Customer(contact_id=contact_id, name=name), text)
    messages.success(request, f"{_named(gone)} is a customer of its own again.")
    return HttpResponseRedirect(change_url(PAGE, left.contact_id))


def _part_question(request: HttpRequest, left: Side, gone: MergedContact) -> HttpResponse:
    context = _context(request, left, "Part two customers?") | {
        "lead": f"{_named(gone)} and {left.display_name} will be two customers again, as before they were joined.",
        "facts": [("Joined", moment(gone.merged_at)), ("By", gone.merged_by), ("Customer ID", gone.contact_id)],
        "note": "All orders of its address go back to it, also those that came in since then.",
        "yes": "Part them",
        "yes_variant": "danger",
        "no_url": change_url(PAGE, left.contact_id),
    }
    return TemplateResponse(request, "packprod_admin/question.html", context)


def _named(contact: MergedContact) -> str:
    return contact.name or contact.email or contact.contact_id


# --- On the customer's page ----------------------------------------------------------------------------------------


_HEADINGS = (
    Heading("Contact"),
    Heading("E-mail", wide=True),
    Heading("Joined", tight=True),
    Heading("By", wide=True),
    Heading(""),
)


def merged_panel(customer: Customer, request: HttpRequest) -> Panel | None:
    """The contacts that were joined with this customer; None if there are none."""
    found = merged_contacts(customer.pk)
    rows = [_cells(customer, one, request) for one in found[:SHOWN]]
    note = "Their orders count as this customer's, later ones too."
    return table_panel("Joined contacts", _HEADINGS, rows, note=note) if rows else None


def _cells(customer: Customer, one: MergedContact, request: HttpRequest) -> tuple[Any, ...]:
    return _named(one), one.email, moment(one.merged_at), one.merged_by, _next_step(customer, one, request)


def _next_step(customer: Customer, one: MergedContact, request: HttpRequest) -> str:
    if is_parting(one):
        return "being parted"
    if not may_merge(request):
        return ""
    return link(customer_url("part", customer.pk, contact=one.contact_id), "Part")
