"""Likely duplicates in the admin: what was found, with the way to join or to dismiss it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from customers.admin.merging import customer_url, may_merge
from customers.importing.own_contacts import OwnContact, orders_to_own_contacts, own_contacts
from customers.merging.duplicates import duplicate_dismiss
from customers.merging.models import LikelyDuplicate
from packprod.admin.formats import label, moment, number, one_line
from packprod.admin.links import change_url, page_link
from packprod.admin.panels import Button, Panel, facts_panel
from packprod.admin.record_admin import RecordAdmin, only_post
from packprod.api.authentication import actor_of
from packprod.dates import utc_now
from packprod.rights import LIKELY_DUPLICATES, may

PAGE = "customers.customer"
STATE_COLOURS = {"To be decided": "warning", "Dismissed": ""}
_PAIR_NOTE = "Both customers stay as they are until somebody joins them."
_SEVERAL_NOTE = (
    "The orders of this contact bear addresses of several people, as an earlier rule took them for one, or another "
    "program wrote them. Nothing is changed by itself; orders that come in now go to the contact of their own address."
)


@admin.register(LikelyDuplicate)
class LikelyDuplicateAdmin(RecordAdmin):
    """What is to be decided, the latest found first."""

    list_title = "Likely duplicates"
    when_empty = "No contacts look like one customer, or one contact like several."
    list_display = ("customer", "other_customer", "why", "found", "state_label")
    list_display_links = ("customer",)
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("name", "other_name", "contact_id", "other_id")
    search_help_text = "Name or customer ID"
    ordering = ("-state", "-found_at", "pk")

    @admin.display(description="Customer", ordering="name")
    def customer(self, obj: LikelyDuplicate) -> str:
        return obj.name

    @admin.display(description="Other customer", ordering="other_name")
    def other_customer(self, obj: LikelyDuplicate) -> str | None:
        return obj.other_name or None

    @admin.display(description="Why")
    def why(self, obj: LikelyDuplicate) -> str:
        return obj.why

    @admin.display(description="Found", ordering="found_at")
    def found(self, obj: LikelyDuplicate) -> str:
        return one_line(moment(obj.found_at))

    @display(description="State", ordering="state", label=STATE_COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_label(self, obj: LikelyDuplicate) -> str:
        return LikelyDuplicate.State(obj.state).label

    def has_view_permission(self, request: HttpRequest, obj: LikelyDuplicate | None = None) -> bool:
        return may(request.user, LIKELY_DUPLICATES.view)

    def panels(self, request: HttpRequest, obj: LikelyDuplicate) -> Sequence[Panel]:
        state = LikelyDuplicate.State(obj.state).label
        facts = [
            ("Customer", page_link(request, PAGE, obj.contact_id, obj.name)),
            ("Other customer", page_link(request, PAGE, obj.other_id, obj.other_name)),
            ("Why", obj.why),
            ("On the orders", ", ".join(obj.texts)),
            ("Found", moment(obj.found_at)),
            ("State", label(state, STATE_COLOURS[state])),
            ("Decided by", obj.decided_by),
        ]
        return [facts_panel("Likely duplicate", facts, note=_PAIR_NOTE if obj.other_id else _SEVERAL_NOTE, aside=False)]

    def buttons(self, request: HttpRequest, obj: LikelyDuplicate) -> Sequence[Button]:
        if not may_merge(request):
            return ()
        found = []
        if obj.other_id:
            url = customer_url("merge", obj.contact_id, **{"with": obj.other_id})
            found.append(Button("Compare and join", url, variant="primary", is_link=True))
        else:
            found.append(Button("Give orders to their own contacts", self.url("split", obj), is_link=True))
        if obj.state == LikelyDuplicate.State.OPEN:
            found.append(Button("Dismiss", self.url("dismiss", obj)))
        return found

    def get_urls(self) -> list[Any]:
        return [self.route("dismiss", self.dismiss_view), self.route("split", self.split_view), *super().get_urls()]

    def dismiss_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/dismiss/`"""
        if not (self.has_view_permission(request) and may_merge(request)):
            raise PermissionDenied
        if (refusal := only_post(request)) is not None:
            return refusal
        row = _row(object_id)
        if duplicate_dismiss(duplicate_id=row.pk, decided_by=actor_of(request.user), now=utc_now()):
            self.log_change(request, row, "Dismissed.")
            self.message_user(request, "Dismissed: they stay as they are, and are not proposed again.")
        return self.back(row)

    def split_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`…/ID/split/`: says which orders go where; POST gives them. Raises EngineUnavailable."""
        if not (self.has_view_permission(request) and may_merge(request)):
            raise PermissionDenied
        row = _row(object_id)
        if row.other_id:
            raise Http404("These are two customers already.")
        if request.method != "POST":
            return self._split_question(request, row)
        count = orders_to_own_contacts(contact_id=row.contact_id, updated_by=actor_of(request.user), now=utc_now())
        text = f"{number(count)} orders given to the contacts of their own addresses."
        self.log_change(request, row, text)
        self.message_user(request, text)
        return HttpResponseRedirect(change_url(PAGE, row.contact_id))

    def _split_question(self, request: HttpRequest, row: LikelyDuplicate) -> HttpResponse:
        facts = [
            (one.address, f"{number(count)} {'order' if count == 1 else 'orders'}: {_destination(row, one)}")
            for one, count in sorted(own_contacts(row.contact_id).items(), key=lambda pair: -pair[1])
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Give orders to their own contacts?",
            "opts": self.opts,
            "original": row,
            "lead": f"Each order of {row.name} goes to the contact that an import of it would find today.",
            "facts": facts,
            "note": "This changes the customer of these orders; their history shows it. There is no way back at once.",
            "yes": "Give them",
            "yes_variant": "danger",
            "no_url": self.url("change", row),
        }
        return TemplateResponse(request, "packprod_admin/question.html", context)


def _row(object_id: str) -> LikelyDuplicate:
    row = LikelyDuplicate.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
    if row is None:
        raise Http404("These customers are not proposed any more.")
    return row


def _destination(row: LikelyDuplicate, one: OwnContact) -> str:
    if one.contact_id == row.contact_id:
        return "stay"
    return "to a new contact" if one.is_new else f"to contact {one.contact_id}"
