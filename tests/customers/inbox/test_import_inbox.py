"""The import inbox: whatever a known sender posts is kept with its answer, can be replayed, and goes after a while."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from customers.inbox import services
from customers.inbox.models import ReceivedImport
from customers.inbox.services import inbox_clean, inbox_edit, inbox_replay
from orders.references import own_order_id
from orders.selectors import order_item
from packprod.dates import utc_now
from packprod.errors import NotFound

pytestmark = pytest.mark.usefixtures("unthrottled")
Post = Callable[..., Any]
MakeOrder = Callable[..., dict[str, Any]]


def kept() -> ReceivedImport:
    """The one row there is."""
    return ReceivedImport.objects.get()


def test_an_accepted_import(post: Post, make_order: MakeOrder) -> None:
    sent = json.dumps(make_order(), indent=3)
    answer = post(sent)
    row = kept()
    assert (row.state, row.status_code, row.orders, row.refused, row.reason) == ("accepted", 201, 1, 0, "")
    assert (bytes(row.body), row.sender, row.references) == (sent.encode(), "token test", "ORD-1")
    assert row.results == [answer.json()["data"] | {"status": 201, "errors": []}]
    assert row.request_id == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("not JSON", 400, "not valid JSON"),
        ("", 400, "The body is empty"),
        (b"\xff\x00", 400, "not valid UTF-8"),
        ('{"orderReference": "ORD-7"}', 400, "items is required"),
        ("[]", 400, "at least one order"),
    ],
)
def test_what_is_refused_is_kept_with_the_reason(post: Post, body: Any, status: int, reason: str) -> None:
    assert post(body).status_code == status
    row = kept()
    assert (row.state, row.status_code, row.refused) == ("refused", status, 1)
    assert reason in row.reason
    assert bytes(row.body) == (body if isinstance(body, bytes) else body.encode())
    assert row.results[0]["errors"]
    assert row.references == ("ORD-7" if "ORD-7" in str(body) else "")


def test_what_is_not_even_json_by_its_type_or_its_parameters(importer: Client) -> None:
    importer.post("/admin/contacts/import", b"a=1", content_type="text/plain")
    importer.post("/admin/contacts/import?onconflict=update", b"{}", content_type="application/json")
    statuses = ReceivedImport.objects.order_by("pk").values_list("status_code", flat=True)
    assert list(statuses) == [415, 400]


def test_an_array_with_a_bad_order_says_which(post: Post, make_order: MakeOrder) -> None:
    post([make_order("A"), {"orderReference": "BAD \ud800"}, make_order("C")])
    row = kept()
    assert (row.state, row.status_code, row.orders, row.refused) == ("refused", 200, 3, 1)
    assert row.reason.startswith("1 of 3 refused. The first: items")
    assert [one["status"] for one in row.results] == [201, 400, 201]
    assert row.references == "A BAD \\ud800 C"


def test_a_stranger_leaves_nothing(client_with: Callable[..., Client], make_order: MakeOrder) -> None:
    stranger = Client(headers={"Authorization": "Token pp_nothing"})
    for client in (client_with(), stranger):
        assert client.post("/admin/contacts/import", "{}", content_type="application/json").status_code == 401
    assert not ReceivedImport.objects.exists()


def test_a_token_without_the_scope_is_known_and_its_import_is_kept(reader: Client, make_order: MakeOrder) -> None:
    answer = reader.post("/admin/contacts/import", make_order(), content_type="application/json")
    assert answer.status_code == 403
    assert (kept().state, kept().status_code, kept().references) == ("refused", 403, "ORD-1")
    assert reader.get("/admin/contacts/import").status_code in (403, 405)
    assert ReceivedImport.objects.count() == 1


def test_a_resend_is_counted_and_the_better_answer_stays(
    post: Post, make_order: MakeOrder, request: pytest.FixtureRequest
) -> None:
    for _ in range(3):
        post(make_order())
    assert (kept().attempts, kept().status_code, kept().state) == (3, 201, "accepted")
    request.getfixturevalue("no_engine")
    assert post(make_order()).status_code == 503
    assert (kept().attempts, kept().status_code, kept().state) == (4, 201, "accepted")
    post(make_order("OTHER"))
    post(make_order(), "?onConflict=update")
    assert ReceivedImport.objects.count() == 3


def test_the_engine_is_down_the_body_is_kept_and_replayed_when_it_is_back(
    post: Post, make_order: MakeOrder, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    lost = request.getfixturevalue("lost_engine")
    with monkeypatch.context() as outage:
        lost(outage)
        assert post(make_order()).status_code == 503
        assert (kept().state, kept().orders, kept().references) == ("waiting", 1, "ORD-1")
        again = inbox_replay(import_id=kept().pk, updated_by="user anna", now=utc_now())
        assert (again.state, again.replays) == ("waiting", 1)
    replayed = inbox_replay(import_id=kept().pk, updated_by="user anna", now=utc_now())
    assert (replayed.state, replayed.status_code, replayed.replayed_by) == ("accepted", 201, "user anna")
    assert order_item(own_order_id("ORD-1"))["updatedBy"] == "user anna"
    twice = inbox_replay(import_id=kept().pk, updated_by="user ben", now=utc_now())
    assert (twice.state, twice.status_code, twice.results[0]["created"]) == ("accepted", 200, False)


def test_an_edited_body_is_kept_beside_the_original_and_replayed(post: Post, make_order: MakeOrder) -> None:
    sent = json.dumps(make_order(total="99"))
    assert post(sent).status_code == 400
    mended = json.dumps(make_order(total="15"))
    for status in (201, 200):
        inbox_edit(import_id=kept().pk, text=mended, updated_by="user anna", now=utc_now())
        row = inbox_replay(import_id=kept().pk, updated_by="user anna", now=utc_now())
        assert (row.state, row.status_code) == ("accepted", status)
    assert bytes(row.body).decode() == sent
    assert (bytes(row.edited_body or b"").decode(), row.edited_by) == (mended, "user anna")


def test_a_replay_replaces_only_where_the_sender_asked_for_it(post: Post, make_order: MakeOrder) -> None:
    post(make_order())
    assert post(make_order(tax="1")).status_code == 409
    rejected = ReceivedImport.objects.get(status_code=409)
    assert inbox_replay(import_id=rejected.pk, updated_by="user anna", now=utc_now()).status_code == 409
    ReceivedImport.objects.filter(pk=rejected.pk).update(on_conflict="update")
    assert inbox_replay(import_id=rejected.pk, updated_by="user anna", now=utc_now()).results[0]["updated"] is True
    assert order_item(own_order_id("ORD-1"))["tax"] == 1


def test_a_replay_of_an_earlier_version_changes_nothing(post: Post, make_order: MakeOrder) -> None:
    for tax in ("0", "1", "2"):
        assert post(make_order(tax=tax), "?onConflict=update").status_code in (200, 201)
    for row in ReceivedImport.objects.order_by("pk"):
        (result,) = inbox_replay(import_id=row.pk, updated_by="user anna", now=utc_now()).results
        assert (result["updated"], result["stale"]) == (False, row.pk != ReceivedImport.objects.latest("pk").pk)
    assert order_item(own_order_id("ORD-1"))["tax"] == 2


def test_an_inbox_that_cannot_be_written_loses_no_import(
    post: Post, make_order: MakeOrder, monkeypatch: pytest.MonkeyPatch, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    def full(row: Any) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM there_is_no_such_table")
        raise AssertionError("the database raises before")

    monkeypatch.setattr(services, "_inserted", full)
    assert post(make_order()).status_code == 201
    assert order_item(own_order_id("ORD-1"))["orderReference"] == "ORD-1"
    (line,) = [line for line in log_lines() if line["event"].startswith("A received import could not be kept")]
    assert "john" not in json.dumps(line).lower()


def test_without_the_guard_that_import_would_be_answered_with_an_error(
    post: Post, make_order: MakeOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unguarded(Exception):
        """An error that the guard does not know."""

    def full(row: Any) -> bool:
        raise DatabaseError("disk full")

    monkeypatch.setattr(services, "_inserted", full)
    monkeypatch.setattr(services, "DatabaseError", Unguarded)
    assert post(make_order()).status_code == 500


def test_old_rows_go(post: Post, make_order: MakeOrder, settings: Any) -> None:
    settings.PACKPROD_INBOX_DAYS = 7
    now = utc_now()
    for reference, days in (("OLD", 8), ("RESENT", 8), ("YOUNG", 6)):
        post(make_order(reference))
        ReceivedImport.objects.filter(references=reference).update(
            received_at=now - timedelta(days=days), last_received_at=now - timedelta(days=days)
        )
    ReceivedImport.objects.filter(references="RESENT").update(last_received_at=now)
    assert inbox_clean(now=now) == 1
    assert set(ReceivedImport.objects.values_list("references", flat=True)) == {"RESENT", "YOUNG"}


def test_replaying_what_is_gone(db: None) -> None:
    with pytest.raises(NotFound):
        inbox_replay(import_id=1, updated_by="user anna", now=utc_now())
    with pytest.raises(NotFound):
        inbox_edit(import_id=1, text="{}", updated_by="user anna", now=utc_now())


def test_no_line_of_the_log_holds_a_body(
    post: Post, make_order: MakeOrder, log_lines: Callable[[], list[dict[str, Any]]]
) -> None:
    post(make_order())
    post(make_order(total="99"))
    inbox_replay(import_id=ReceivedImport.objects.earliest("pk").pk, updated_by="user anna", now=utc_now())
    assert "john" not in json.dumps(log_lines()).lower()
