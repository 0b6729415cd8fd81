"""The import inbox in the admin: found, read, replayed, edited; each step for who may take it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from customers.importing.batch import Refusal
from customers.inbox.models import ReceivedImport
from customers.inbox.services import import_keep
from orders.references import own_order_id
from orders.selectors import order_item
from packprod.dates import utc_now
from packprod.errors import NotFound
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/customers/receivedimport/"
VIEW = "customers.view_receivedimport"
Keep = Callable[..., ReceivedImport]


@pytest.fixture
def keep() -> Keep:
    """Keeps a body as if it had come over HTTP and been answered 503, or as given."""

    def run(body: Any, *, status: int = 503, code: str = "engine_unavailable") -> ReceivedImport:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        outcome = Refusal(status, code, "It is away.", "It is away.")
        import_keep(body=raw, sender="token n8n", on_conflict="", outcome=outcome, request_id="r1", now=utc_now())
        return ReceivedImport.objects.latest("pk")

    return run


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_list_and_filters(boss: Client, keep: Keep, make_order: Callable[..., Any]) -> None:
    keep(make_order("WAITS-1"))
    keep(b"not <b>JSON</b>", status=400, code="invalid_json")
    page = text_of(boss.get(LIST))
    assert all(text in page for text in ("WAITS-1", "No reference found", "Waiting", "Refused", "It is away."))
    assert "WAITS-1" in text_of(boss.get(LIST + "?state__exact=waiting"))
    assert "WAITS-1" not in text_of(boss.get(LIST + "?state__exact=refused"))
    assert "WAITS-1" in text_of(boss.get(LIST + "?q=waits"))
    assert "WAITS-1" not in text_of(boss.get(LIST + "?q=nothing"))


def test_the_page_shows_the_body_as_text(boss: Client, keep: Keep) -> None:
    row = keep(b"\xff<script>alert(1)</script>", status=400, code="invalid_json")
    page = text_of(boss.get(f"{LIST}{row.pk}/change/"))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert boss.get(f"{LIST}999999/change/").status_code == 302


def test_replay_by_button_and_by_action(boss: Client, keep: Keep, make_order: Callable[..., Any]) -> None:
    rows = [keep(make_order(reference)) for reference in ("A", "B", "C")]
    page = text_of(boss.post(f"{LIST}{rows[0].pk}/replay/", follow=True))
    assert "Replayed and accepted." in page
    assert "Created" in page
    chosen = {"action": "replay", "_selected_action": [row.pk for row in rows]}
    assert "3 replayed: 3 accepted, 0 not." in text_of(boss.post(LIST, chosen, follow=True))
    assert {row.state for row in ReceivedImport.objects.all()} == {"accepted"}
    assert order_item(own_order_id("B"))["updatedBy"] == "user boss"
    assert LogEntry.objects.filter(change_message="Replayed: accepted (201).").count() == 3
    assert "Replayed: accepted (200)." in text_of(boss.get(f"{LIST}{rows[0].pk}/history/"))


def test_edit_and_replay(boss: Client, keep: Keep, make_order: Callable[..., Any]) -> None:
    row = keep(make_order("A", total="99"), status=400, code="validation_failed")
    address = f"{LIST}{row.pk}/edit/"
    form = boss.get(address).context["form"]
    body = form.initial["body"]
    assert json.loads(body)["total"] == "99"
    still = boss.post(address, {"body": body}, follow=True)
    assert "Replayed, and not accepted" in text_of(still)
    done = boss.post(address, {"body": body.replace('"99"', '"15.00"')}, follow=True)
    assert "Replayed and accepted." in text_of(done)
    row.refresh_from_db()
    assert (row.state, row.edited_by, json.loads(bytes(row.body))["total"]) == ("accepted", "user boss", "99")
    assert boss.post(address, {"body": ""}).status_code == 200


def test_an_edited_body_that_is_no_json_is_refused_in_the_form(boss: Client, keep: Keep, make_order: Any) -> None:
    row = keep(make_order("A", total="99"), status=400, code="validation_failed")
    address = f"{LIST}{row.pk}/edit/"
    answer = boss.post(address, {"body": '{"orderReference": "A",}'})
    assert answer.status_code == 200
    assert "The body is not valid JSON: " in text_of(answer)
    assert "{&quot;orderReference&quot;: &quot;A&quot;,}" in text_of(answer)  # what was typed is still there
    row.refresh_from_db()
    assert (row.edited_body, row.replays) == (None, 0)
    boss.post(address, {"body": "[]"})
    assert boss.get(address).context["form"].initial["body"] == "[]"
    assert f"{address}?original=1" in text_of(boss.get(address))
    again = boss.get(f"{address}?original=1").context["form"].initial["body"]
    assert json.loads(again)["total"] == "99"


def test_an_empty_inbox_says_what_is_true(boss: Client, keep: Keep, make_order: Any) -> None:
    page = text_of(boss.get(LIST))
    assert "No received imports yet" in page
    assert "Create a new item" not in page
    keep(make_order("A"))
    page = text_of(boss.get(f"{LIST}?q=nothing"))
    assert "Nothing was found for “nothing”" in page
    assert "Create a new item" not in page


@pytest.mark.filterwarnings("ignore:DateTimeField")  # Django's own filters take a day for a naive instant
@pytest.mark.parametrize("name", ["received_at__gte", "last_received_at_from", "last_received_at__lt"])
def test_a_day_beyond_the_calendar_is_no_filter(boss: Client, keep: Keep, make_order: Any, name: str) -> None:
    keep(make_order("A"))
    answer = boss.get(f"{LIST}?{name}=0001-01-01", follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain == [(f"{LIST}?e=1", 302)]
    assert "Here is the whole list." in text_of(answer)


def test_each_step_has_a_permission_of_its_own(staff_with: MakeStaff, keep: Keep, make_order: Any) -> None:
    row = keep(make_order("A"))
    pages = {name: f"{LIST}{row.pk}/{name}/" for name in ("change", "replay", "edit")}
    nobody = staff_with(name="nobody")
    assert nobody.get(LIST).status_code == 403
    viewer = staff_with(VIEW, name="viewer")
    page = text_of(viewer.get(pages["change"]))
    assert "Edit and replay</" not in page
    assert 'action="' + pages["replay"] not in page
    for client in (nobody, viewer):
        assert client.post(pages["replay"]).status_code == 403
        assert client.post(pages["edit"], {"body": "{}"}).status_code == 403
        assert client.post(LIST, {"action": "replay", "_selected_action": [row.pk]}).status_code == 403
    row.refresh_from_db()
    assert (row.state, row.replays) == ("waiting", 0)
    replayer = staff_with(VIEW, "customers.replay_receivedimport", name="replayer")
    assert replayer.get(pages["replay"]).status_code == 405
    assert replayer.get(pages["edit"]).status_code == 403
    assert replayer.post(pages["replay"]).status_code == 302
    assert order_item(own_order_id("A"))["status"] == "received"
    assert viewer.post(f"{LIST}{row.pk}/delete/").status_code == 403


def test_an_order_links_to_what_was_received_of_it(boss: Client, keep: Keep, imported: Any, make_order: Any) -> None:
    results = imported(make_order("A-1"), make_order("A-11"), make_order("B 2"))
    first, second, third = (f"/admin/orders/order/{one.outcome.order_id}/change/" for one in results)
    keep([make_order("A-11"), make_order("B 2")])
    assert "Not in the import inbox" in text_of(boss.get(first))
    for page in (second, third):
        assert "Find it in the import inbox" in text_of(boss.get(page))


def test_nothing_is_added_here(boss: Client) -> None:
    assert boss.get(LIST + "add/").status_code == 403
    with pytest.raises(NotFound):
        order_item("nothing")


@pytest.mark.parametrize(
    ("reference", "typed"),
    [
        ("1001", ["1001", "#1001", "Order 1001", "order #10", "10\u200b01", " 1001 "]),
        ("#1002", ["1002", "#1002", "Order 1002"]),
        ("PO@77", ["po@77", "PO@", "#PO@77"]),
        ("PO-77", ["po–77", "PO77", "Order PO\u201177"]),
        ("Order 8", ["order 8", "#8"]),
        ("Ü-5", ["Ü-5", "U\u0308-5"]),
    ],
)
def test_an_import_is_found_by_its_reference_as_people_write_it(
    boss: Client, keep: Keep, make_order: Callable[..., Any], reference: str, typed: list[str]
) -> None:
    keep(make_order(reference))
    keep(make_order("OTHER-9"))
    for text in typed:
        assert [row.references for row in boss.get(LIST, {"q": text}).context["cl"].result_list] == [reference], text
    for text in ("", "\u200b"):
        assert len(boss.get(LIST, {"q": text}).context["cl"].result_list) == 2
    assert list(boss.get(LIST, {"q": "*"}).context["cl"].result_list) == []
