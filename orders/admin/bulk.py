"""Bulk status changes in the admin: staff confirm one with its true number of orders, watch, stop and resume it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from unfold.decorators import display

from orders import models
from orders.admin.bulk_panels import (
    STATE_COLOURS,
    Addresses,
    bulk_panels,
    done_items,
    item_counts,
    reason_of,
    state_name,
    undone_items,
)
from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.bulk.services import (
    bulk_change_confirm,
    bulk_change_create,
    bulk_change_discard,
    bulk_change_resume,
    bulk_change_stop,
)
from orders.bulk.tasks import bulk_step
from orders.lists.listing import OrderListing
from packprod.admin.formats import aligned, moment, number, one_line
from packprod.admin.panels import Button, Panel
from packprod.admin.record_admin import RecordAdmin, only_post
from packprod.admin.table_model import TableQuery, TableQuerySet
from packprod.admin.waking import wake
from packprod.dates import utc_now
from packprod.errors import InvalidInput, TooManyExports
from packprod.exports.export import Column, Export
from packprod.exports.response import export_response
from packprod.rights import BULK_CHANGES, may

State, Outcome = BulkStatusChange.State, BulkStatusItem.Outcome
_FILTER_NAMES = {"amount_from": "total from", "amount_to": "total to", "contact": "customer"}
_ITEMS: Export[BulkStatusItem] = Export(
    "bulk change",
    (
        Column("orderReference", lambda item: item.order_reference),
        Column("orderID", lambda item: item.order_id),
        Column("outcome", lambda item: "not reached" if item.outcome == Outcome.PENDING else item.outcome),
        Column("reason", reason_of),
    ),
)


def begin_bulk_change(
    request: HttpRequest, queryset: TableQuerySet[models.Order], *, listing: OrderListing | None
) -> HttpResponse:
    """Collects the selected orders, or all of `listing`, and goes to the page that says how many they are and asks."""
    ids = queryset.ids
    change = bulk_change_create(
        selection=_in_words(queryset.query) if ids is None else f"{number(len(ids))} selected",
        user=request.user,  # type: ignore[arg-type]  # signed in, or the admin would not have come here
        listing=listing,
        order_ids=ids or (),
        now=queryset.now,
    )
    if change.is_active:
        wake(bulk_step, change.pk)
    return HttpResponseRedirect(reverse("admin:orders_bulkstatuschange_change", args=[change.pk]))


def _in_words(query: TableQuery) -> str:
    """The filters and search of a list in words: status received, source n8n."""
    filters = [f"{_FILTER_NAMES.get(name) or name.replace('_', ' ')} {value}" for name, value in query.filters.items()]
    searched = [f"search “{query.search}”"] if query.search else []
    return ", ".join([*filters, *searched]) or "all orders"


@admin.register(BulkStatusChange)
class BulkStatusChangeAdmin(RecordAdmin):
    """Newest first."""

    when_empty = "One begins in the list of orders: select some, then “Change status…”."
    list_display = ("created", "who", "selection", "new_status", "state_label", "changed")
    list_display_links = ("created",)
    list_filter = ("state",)

    @admin.display(description="Created", ordering="created_at")
    def created(self, obj: BulkStatusChange) -> str:
        return one_line(moment(obj.created_at))

    @admin.display(description="By")
    def who(self, obj: BulkStatusChange) -> str:
        return obj.created_by

    @admin.display(description="New status")
    def new_status(self, obj: BulkStatusChange) -> str | None:
        return obj.get_status_display() or None

    @display(description="State", label=STATE_COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_label(self, obj: BulkStatusChange) -> str:
        return state_name(obj)

    @admin.display(description="Changed")
    def changed(self, obj: BulkStatusChange) -> str:
        counts = item_counts(obj)
        return aligned(f"{number(counts.done)} of {number(counts.total)}")

    def panels(self, request: HttpRequest, obj: BulkStatusChange) -> Sequence[Panel]:
        may_confirm = self._may(request, "add")
        addresses = Addresses(
            confirm=self.url("confirm", obj) if may_confirm else "",
            discard=self.url("discard", obj) if may_confirm else "",
            done=self.url("done", obj) if self.has_export_permission(request) else "",
            undone=self.url("undone", obj) if self.has_export_permission(request) else "",
        )
        return bulk_panels(request, obj, addresses)

    def buttons(self, request: HttpRequest, obj: BulkStatusChange) -> Sequence[Button]:
        if not self._may(request, "change"):
            return ()
        if obj.is_active:
            return (Button("Stop", self.url("stop", obj), variant="danger"),)
        if obj.state == State.STOPPED and obj.started_at:
            return (Button("Resume", self.url("resume", obj)),)
        return ()

    def is_live(self, obj: BulkStatusChange) -> bool:
        """Until the last slice is done: what was stopped still changes the orders being worked on."""
        return obj.is_active or obj.is_stopping(now=utc_now())

    def get_urls(self) -> list[Any]:
        own = [
            self.route("confirm", self.confirm_view),
            self.route("stop", self.stop_view),
            self.route("resume", self.resume_view),
            self.route("discard", self.discard_view),
            self.route("undone", self.undone_view),
            self.route("done", self.done_view),
        ]
        return [*own, *super().get_urls()]

    def confirm_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/confirm/` with the new `status`."""
        change = self._change(request, object_id, "add")
        if (refusal := only_post(request)) is not None:
            return refusal
        try:
            done = bulk_change_confirm(change_id=change.pk, status=request.POST.get("status", ""), now=utc_now())
        except InvalidInput:
            self.message_user(request, "Choose the new status.", "WARNING")
            return self.back(change)
        return self._answer(request, change, done, "Started.")

    def stop_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/stop/`"""
        change = self._change(request, object_id, "change")
        if (refusal := only_post(request)) is not None:
            return refusal
        done = bulk_change_stop(change_id=change.pk, now=utc_now())
        return self._answer(request, change, done, "Stopped; the orders being worked on just now are still changed.")

    def resume_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/resume/`"""
        change = self._change(request, object_id, "change")
        if (refusal := only_post(request)) is not None:
            return refusal
        return self._answer(request, change, bulk_change_resume(change_id=change.pk), "It goes on.")

    def discard_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/discard/`: nobody will confirm it."""
        change = self._change(request, object_id, "add")
        if (refusal := only_post(request)) is not None:
            return refusal
        return self._answer(request, change, bulk_change_discard(change_id=change.pk, now=utc_now()), "Discarded.")

    def undone_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """`…/ID/undone/`: every order that was not changed, as CSV."""
        change = self._exported(request, object_id)
        return self._file(request, change, undone_items(change), name="not-changed")

    def done_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """`…/ID/done/`: every order that was changed, as CSV."""
        change = self._exported(request, object_id)
        return self._file(request, change, done_items(change), name="changed")

    def _file(
        self, request: HttpRequest, change: BulkStatusChange, items: QuerySet[BulkStatusItem], *, name: str
    ) -> HttpResponseBase:
        filename = f"bulk-change-{change.pk}-{name}"
        try:
            return export_response(_ITEMS, items.iterator(), format="csv", filename=filename)
        except TooManyExports as exc:
            self.message_user(request, exc.message, "WARNING")
            return self.back(change)

    def _answer(self, request: HttpRequest, change: BulkStatusChange, done: bool, text: str) -> HttpResponse:
        if done:
            wake(bulk_step, change.pk)
            self.log_change(request, change, text)
            self.message_user(request, text, "SUCCESS")
        else:
            self.message_user(request, "It is in another state by now; nothing was done.", "WARNING")
        return self.back(change)

    def _may(self, request: HttpRequest, right: str) -> bool:
        """Whether this person has a right; to start or stop one takes the right to change orders, too."""
        own = request.user.has_perm(f"orders.{right}_bulkstatuschange")
        return own and (right == "view" or request.user.has_perm("orders.change_order"))

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the user may take the lists of orders as files."""
        return may(request.user, BULK_CHANGES.export)

    def _exported(self, request: HttpRequest, object_id: str) -> BulkStatusChange:
        if not self.has_export_permission(request):
            raise PermissionDenied
        return self._change(request, object_id, "view")

    def _change(self, request: HttpRequest, object_id: str, right: str) -> BulkStatusChange:
        if not self._may(request, right):
            raise PermissionDenied
        change = BulkStatusChange.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if change is None:
            raise Http404("There is no such bulk change.")
        return change
