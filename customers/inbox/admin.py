"""The import inbox in the admin: the list, the page of an import, and the buttons to replay or edit it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from customers.inbox.models import ReceivedImport
from customers.inbox.selectors import found_imports, was_received
from customers.inbox.services import inbox_edit, inbox_replay
from orders.models import Order
from packprod.admin.formats import aligned, label, moment, number, one_line
from packprod.admin.links import list_link, may_view, page_link
from packprod.admin.panels import Button, Heading, Panel, facts_panel, table_panel
from packprod.admin.record_admin import RecordAdmin, only_post
from packprod.api.authentication import actor_of
from packprod.dates import utc_now
from packprod.errors import InvalidInput
from packprod.exact_json import parse_json
from packprod.json_objects import readable_json

MOST_REPLAYS = 100
MOST_CHARACTERS = 200_000
STATE_COLOURS = {"Accepted": "success", "Refused": "danger", "Waiting": "warning"}
_HEADINGS = (Heading("Reference"), Heading("Outcome"), Heading("Reason"))
_WHAT_TO_DO = {
    ReceivedImport.State.ACCEPTED: "",
    ReceivedImport.State.REFUSED: "Mend it here with “Edit and replay”, or mend the sender and let it send again.",
    ReceivedImport.State.WAITING: "The fault was ours: it could not be taken at that moment. “Replay” imports it now.",
}


class BodyForm(forms.Form):
    """The body as staff edit it."""

    body = forms.CharField(strip=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 28, "spellcheck": "false"}))


@admin.register(ReceivedImport)
class ReceivedImportAdmin(RecordAdmin):
    """Received imports, the latest first."""

    list_title = "Import inbox"
    when_empty = "Nothing was received over HTTP so far, or it was older than the inbox keeps."
    list_display = ("last_received", "what", "came_from", "state_label", "why", "orders_in_it", "times")
    list_display_links = ("last_received", "what")
    list_filter = (("state", ChoicesDropdownFilter), ("last_received_at", RangeDateFilter))
    search_fields = ("reference_keys", "reason", "request_id")
    search_help_text = "Order reference, reason or request ID"
    ordering = ("-last_received_at", "-pk")
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReceivedImport]:
        rows: QuerySet[ReceivedImport] = super().get_queryset(request)
        return rows.defer("body", "edited_body", "results_json", "reference_keys")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ReceivedImport], search_term: str
    ) -> tuple[QuerySet[ReceivedImport], bool]:
        """The text as a whole, as references may hold spaces."""
        return found_imports(queryset, search_term), False

    @admin.display(description="Received", ordering="last_received_at")
    def last_received(self, obj: ReceivedImport) -> str:
        return one_line(moment(obj.last_received_at))

    @admin.display(description="Orders")
    def what(self, obj: ReceivedImport) -> str:
        first, *others = obj.references.split(" ")
        return f"{first} and {len(others)} more" if others else first or "No reference found"

    @admin.display(description="From", ordering="sender")
    def came_from(self, obj: ReceivedImport) -> str:
        return obj.sender

    @display(description="State", ordering="state", label=STATE_COLOURS)  # type: ignore[untyped-decorator]  # unfold has no types
    def state_label(self, obj: ReceivedImport) -> str:
        return ReceivedImport.State(obj.state).label

    @admin.display(description="Reason")
    def why(self, obj: ReceivedImport) -> str | None:
        return obj.reason[:150] or None

    @admin.display(description="Number", ordering="orders")
    def orders_in_it(self, obj: ReceivedImport) -> str:
        return aligned(number(obj.orders))

    @admin.display(description="Times", ordering="attempts")
    def times(self, obj: ReceivedImport) -> str:
        return aligned(number(obj.attempts))

    def panels(self, request: HttpRequest, obj: ReceivedImport) -> Sequence[Panel]:
        return import_panels(request, obj)

    def buttons(self, request: HttpRequest, obj: ReceivedImport) -> Sequence[Button]:
        found = []
        if self.has_replay_permission(request):
            variant = "default" if obj.state == ReceivedImport.State.ACCEPTED else "primary"
            found.append(Button("Replay", self.url("replay", obj), variant=variant))
        if self.has_edit_permission(request):
            found.append(Button("Edit and replay", self.url("edit", obj), is_link=True))
        return found

    def get_urls(self) -> list[Any]:
        return [self.route("replay", self.replay_view), self.route("edit", self.edit_view), *super().get_urls()]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        """Checked by the action `replay`."""
        return request.user.has_perm("customers.replay_receivedimport")

    def has_edit_permission(self, request: HttpRequest) -> bool:
        """Whether the user may edit a body before it is replayed."""
        return request.user.has_perm("customers.edit_receivedimport")

    @admin.action(description="Replay: import these again", permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[ReceivedImport]) -> None:
        """Replays the oldest MOST_REPLAYS of the chosen ones, in the order received."""
        chosen = list(queryset.order_by("received_at", "pk").values_list("pk", flat=True)[: MOST_REPLAYS + 1])
        accepted = sum(self._replay(request, pk) for pk in chosen[:MOST_REPLAYS])
        count = len(chosen[:MOST_REPLAYS])
        level = messages.SUCCESS if accepted == count else messages.WARNING
        self.message_user(request, f"{count} replayed: {accepted} accepted, {count - accepted} not.", level)
        if len(chosen) > MOST_REPLAYS:
            self.message_user(request, f"Only the oldest {MOST_REPLAYS} were replayed at once.", messages.WARNING)

    def replay_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`POST …/ID/replay/`"""
        row = self._row(object_id, allowed=self.has_replay_permission(request))
        if (refusal := only_post(request)) is not None:
            return refusal
        self._tell(request, accepted=self._replay(request, row.pk))
        return self.back(row)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """`…/ID/edit/`: a form with the body, which is then replayed."""
        row = self._row(object_id, allowed=self.has_edit_permission(request))
        start = bytes(row.body) if "original" in request.GET else row.body_to_replay
        form = BodyForm(request.POST or None, initial={"body": body_text(start)})
        if form.is_valid() and self._edited(request, row, form):
            self._tell(request, accepted=self._replay(request, row.pk))
            return self.back(row)
        context = {
            **self.admin_site.each_context(request),
            "title": "Edit and replay",
            "opts": self.opts,
            "lead": row.reason or "This import was accepted.",
            "form": form,
            "note": "What was received stays as it is; the edited body is kept beside it.",
            "yes": "Save and replay",
            "no_url": self.url("change", row),
            "other": "Start again from the original",
            "other_url": f"{self.url('edit', row)}?original=1",
        }
        return TemplateResponse(request, "packprod_admin/question.html", context)

    def _row(self, object_id: str, *, allowed: bool) -> ReceivedImport:
        if not allowed:
            raise PermissionDenied
        row = ReceivedImport.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if row is None:
            raise Http404("This import is no longer in the inbox.")
        return row

    def _edited(self, request: HttpRequest, row: ReceivedImport, form: BodyForm) -> bool:
        text, by = form.cleaned_data["body"], actor_of(request.user)
        try:
            inbox_edit(import_id=row.pk, text=text, updated_by=by, now=utc_now())
        except InvalidInput as exc:
            form.add_error("body", exc.message)
            return False
        self.log_change(request, row, "Body edited.")
        return True

    def _replay(self, request: HttpRequest, import_id: int) -> bool:
        """Whether it was accepted."""
        row = inbox_replay(import_id=import_id, updated_by=actor_of(request.user), now=utc_now())
        self.log_change(request, row, f"Replayed: {row.get_state_display().lower()} ({row.status_code}).")
        return row.state == ReceivedImport.State.ACCEPTED

    def _tell(self, request: HttpRequest, *, accepted: bool) -> None:
        if accepted:
            self.message_user(request, "Replayed and accepted.", messages.SUCCESS)
        else:
            self.message_user(request, "Replayed, and not accepted; the reason stands below.", messages.WARNING)


def import_panels(request: HttpRequest, row: ReceivedImport) -> Sequence[Panel]:
    """The panels of an import's page, in order."""
    orders = [_order(request, result) for result in row.results]
    panels = [
        table_panel("What became of it", _HEADINGS, orders, note=_WHAT_TO_DO[ReceivedImport.State(row.state)]),
        facts_panel("Import", _facts(row)),
        _body_panel("Body as received", bytes(row.body)),
    ]
    if row.edited_body is not None:
        panels.insert(1, _body_panel("Edited body, which a replay sends", bytes(row.edited_body)))
    return panels


def order_import_panel(obj: Order, request: HttpRequest) -> Panel | None:
    """On the page of an order: a link to the import as it was received, for users who may see the inbox."""
    if obj.order is None:
        return None
    if not may_view(request.user, "customers.receivedimport"):
        return None
    return facts_panel("Import", [("As received", _as_received(request, obj.order.order_reference))])


def _as_received(request: HttpRequest, reference: str) -> str:
    if not was_received(reference=reference):
        return f"Not in the import inbox, which keeps what came over HTTP for {settings.PACKPROD_INBOX_DAYS} days"
    return list_link(request, "customers.receivedimport", "Find it in the import inbox", q=reference)


def body_text(body: bytes) -> str:
    """A body as text to read and edit: JSON indented, anything else unchanged."""
    try:
        return readable_json(parse_json(body), indented=True)
    except (InvalidInput, TypeError, ValueError):
        return body.decode("utf-8", "replace")


def _order(request: HttpRequest, result: dict[str, Any]) -> tuple[Any, ...]:
    reference = result.get("orderReference") or "No reference"
    link = page_link(request, "orders.order", result.get("orderID") or "", reference)
    reasons = " ".join([*(error["message"] for error in result["errors"]), *_kept(result)])
    return link or reference, _outcome(result), reasons


def _kept(result: dict[str, Any]) -> list[str]:
    """A sentence about what was sent and not taken; results from before there was such a list have none."""
    kept = result.get("kept")
    return [f"Kept as staff changed it: {', '.join(kept)}."] if kept else []


def _outcome(result: dict[str, Any]) -> str:
    if result["errors"]:
        text = "Waiting" if result["status"] >= 500 else "Refused"
        return label(f"{text} ({result['status']})", STATE_COLOURS[text])
    if result.get("stale"):
        return label("Earlier version, nothing changed", "warning")
    done = "Created" if result["created"] else "Updated" if result["updated"] else "Was there already"
    return label(done, "success")


def _facts(row: ReceivedImport) -> list[tuple[str, Any]]:
    state = ReceivedImport.State(row.state).label
    return [
        ("State", label(state, STATE_COLOURS[state])),
        ("Received", moment(row.received_at)),
        ("Times", f"{number(row.attempts)}, last {moment(row.last_received_at)}" if row.attempts > 1 else "1"),
        ("From", row.sender),
        ("Answer", str(row.status_code)),
        ("On conflict", row.on_conflict),
        ("Replayed", f"{row.replays} times, last {moment(row.replayed_at)}" if row.replayed_at else ""),
        ("Replayed by", row.replayed_by),
        ("Edited", moment(row.edited_at) if row.edited_at else ""),
        ("Edited by", row.edited_by),
        ("Request ID", row.request_id),
    ]


def _body_panel(title: str, body: bytes) -> Panel:
    text = body_text(body)
    cut = len(text) > MOST_CHARACTERS
    context = {"text": text[:MOST_CHARACTERS], "size": number(len(body)), "cut": cut}
    return Panel(title, "packprod_admin/body.html", context)
