"""The page of a received import: what came, what became of each order, the body as it was and as it was edited."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from customers.inbox.models import ReceivedImport
from customers.inbox.selectors import was_received
from orders.models import Order
from packprod.admin.formats import label, moment, number
from packprod.admin.links import list_link, may_view, page_link
from packprod.admin.panels import Panel
from packprod.admin.parts import Heading, facts_panel, table_panel
from packprod.api.json import parse_json, to_json
from packprod.errors import InvalidInput

MOST_CHARACTERS = 200_000
STATE_COLOURS = {"Accepted": "success", "Refused": "danger", "Waiting": "warning"}
_HEADINGS = (Heading("Reference"), Heading("Outcome"), Heading("Reason"))
_WHAT_TO_DO = {
    ReceivedImport.State.ACCEPTED: "",
    ReceivedImport.State.REFUSED: "Mend it here with “Edit and replay”, or mend the sender and let it send again.",
    ReceivedImport.State.WAITING: "The fault was ours: it could not be taken at that moment. “Replay” imports it now.",
}


def import_panels(request: HttpRequest, row: ReceivedImport) -> Sequence[Panel]:
    """In order."""
    orders = [_order(request, result) for result in row.results]
    panels = [
        table_panel("What became of it", _HEADINGS, orders, note=_WHAT_TO_DO[ReceivedImport.State(row.state)]),
        facts_panel("Import", _facts(row)),
        _body_panel("Body as received", bytes(row.body)),
    ]
    if row.edited_body is not None:
        panels.insert(1, _body_panel("Edited body, which a replay sends", bytes(row.edited_body)))
    return panels


def order_import_panel(face: Order, request: HttpRequest) -> Panel | None:
    """On an order's page: the way to what was received, for who may look into the inbox."""
    if face.order is None:
        return None
    if not may_view(request.user, "customers.receivedimport"):
        return None
    return facts_panel("Import", [("As received", _as_received(request, face.order.order_reference))])


def _as_received(request: HttpRequest, reference: str) -> str:
    if not was_received(reference=reference):
        return f"Not in the import inbox, which keeps what came over HTTP for {settings.PACKPROD_INBOX_DAYS} days"
    return list_link(request, "customers.receivedimport", "Find it in the import inbox", q=reference)


def body_text(body: bytes) -> str:
    """A body to read and to edit: JSON over several lines, anything else as it came."""
    try:
        return to_json(parse_json(body), indented=True).decode()
    except (InvalidInput, TypeError, ValueError):
        return body.decode("utf-8", "replace")


def _order(request: HttpRequest, result: dict[str, Any]) -> tuple[Any, ...]:
    reference = result.get("orderReference") or "No reference"
    link = page_link(request, "orders.order", result.get("orderID") or "", reference)
    reasons = " ".join(error["message"] for error in result["errors"])
    return link or reference, _outcome(result), reasons


def _outcome(result: dict[str, Any]) -> str:
    if result["errors"]:
        text = "Waiting" if result["status"] >= 500 else "Refused"
        return label(f"{text} ({result['status']})", STATE_COLOURS[text])
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
