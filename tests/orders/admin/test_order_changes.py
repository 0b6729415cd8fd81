"""Orders changed in the admin: one with a question and a guard, many with a true number first; each in the history."""

import re
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from orders.bulk import applying
from orders.bulk.models import BulkStatusChange
from orders.bulk.services import bulk_change_step
from orders.bulk.tasks import bulk_step
from orders.selectors import order_item
from orders.services import order_change_status
from packprod.dates import utc_now
from packprod.exports import response
from packprod.jobs.services import CLAIM
from tests.orders.foreign import put_order
from tests.packprod.exports.reading import body_of, csv_rows
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/orders/order/"
BULK = "/admin/orders/bulkstatuschange/"
MAY_CHANGE = ("orders.view_order", "orders.change_order")
MAY_BULK = (*MAY_CHANGE, *(f"orders.{right}_bulkstatuschange" for right in ("view", "add", "change")))


@pytest.fixture
def order_ids(imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[[], None]) -> list[str]:
    """Five received orders and one that is shipped."""
    results = imported(*(make_order(f"ORD-{number}") for number in range(5)), make_order("SHIPPED", status="shipped"))
    caught_up()
    return [one.outcome.order_id for one in results]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bulk changes that workers were woken for."""
    woken: list[int] = []
    monkeypatch.setattr(bulk_step, "apply_async", lambda arguments, **options: woken.extend(arguments))
    return woken


def text_of(answer: Any) -> str:
    return (body_of(answer) if answer.streaming else answer.content).decode("utf-8-sig")


def seen(page: Any) -> str:
    (value,) = re.findall(r'name="seen" value="([^"]*)"', text_of(page))
    return str(value)


def test_one_order_is_changed_after_a_question(boss: Client, order_ids: list[str], caught_up: Any) -> None:
    page = text_of(boss.get(f"{LIST}{order_ids[0]}/change/"))
    assert f"{LIST}{order_ids[0]}/status/" in page
    assert "Timeline" in page
    question = boss.get(f"{LIST}{order_ids[0]}/status/")
    answer = boss.post(question.request["PATH_INFO"], {"status": "shipped", "seen": seen(question)}, follow=True)
    assert "ORD-0 is shipped." in text_of(answer)
    item = order_item(order_ids[0])
    assert (item["status"], item["updatedBy"]) == ("shipped", "user boss")
    assert LogEntry.objects.get().get_change_message() == "Status changed from received to shipped."
    caught_up()
    page = text_of(boss.get(f"{LIST}{order_ids[0]}/change/"))
    assert "Status from Received to Shipped" in page
    assert "user boss" in page


@pytest.mark.parametrize("status", ["cancelled", "refunded"])
def test_what_leaves_the_figures_is_asked_for_once_more(boss: Client, order_ids: list[str], status: str) -> None:
    path = f"{LIST}{order_ids[0]}/status/"
    first = {"status": status, "seen": seen(boss.get(path))}
    question = boss.post(path, first)
    assert f"Order ORD-0 will be {status}. Its total then leaves every figure" in text_of(question)
    assert order_item(order_ids[0])["status"] == "received"
    assert boss.post(path, first | {"confirmed": "shipped"}).status_code == 200
    assert order_item(order_ids[0])["status"] == "received"
    second = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text_of(question)))
    boss.post(path, second)
    assert order_item(order_ids[0])["status"] == status
    back = boss.post(path, {"status": "shipped", "seen": seen(boss.get(path))})
    assert "counts in every figure again" in text_of(back)


def test_who_is_faster_than_a_confirmation_is_not_overwritten(boss: Client, order_ids: list[str]) -> None:
    path = f"{LIST}{order_ids[0]}/status/"
    question = boss.post(path, {"status": "cancelled", "seen": seen(boss.get(path))})
    order_change_status(order_id=order_ids[0], status="shipped", updated_by="token n8n", now=utc_now())
    sent = {"status": "cancelled", "confirmed": "cancelled", "seen": seen(question)}
    assert "Somebody changed this order since you looked at it" in text_of(boss.post(path, sent))
    assert order_item(order_ids[0])["status"] == "shipped"


def test_who_is_faster_than_the_first_step_is_shown_before_the_second(boss: Client, order_ids: list[str]) -> None:
    path = f"{LIST}{order_ids[0]}/status/"
    form = boss.get(path)
    order_change_status(order_id=order_ids[0], status="shipped", updated_by="token n8n", now=utc_now())
    sent = dict(re.findall(r'<input type="hidden" name="(seen\w*)" value="([^"]*)"', text_of(form)))
    again: Any = boss.post(path, {"status": "cancelled", **sent})
    assert "Somebody changed this order since you looked at it" in text_of(again)
    shown = {name: re.sub(r"<[^>]*>|\s", "", value) for name, value in again.context_data["facts"]}
    assert (shown["Status you saw"], shown["Present status"]) == ("Received", "Shipped")
    assert shown["Changed by"] == "tokenn8n"
    assert 'name="confirmed"' not in text_of(again)
    assert 'value="cancelled" selected' in text_of(again)
    assert 'name="confirmed"' in text_of(boss.post(path, {"status": "cancelled", "seen": seen(again)}))


def test_who_comes_second_is_told_and_asked_again(boss: Client, order_ids: list[str]) -> None:
    question = boss.get(f"{LIST}{order_ids[0]}/status/")
    order_change_status(order_id=order_ids[0], status="completed", updated_by="token n8n", now=utc_now())
    again = boss.post(question.request["PATH_INFO"], {"status": "shipped", "seen": seen(question)})
    assert "Somebody changed this order since you looked at it" in text_of(again)
    assert order_item(order_ids[0])["status"] == "completed"
    boss.post(question.request["PATH_INFO"], {"status": "shipped", "seen": seen(again)})
    assert order_item(order_ids[0])["status"] == "shipped"


def test_orders_that_cannot_be_changed(boss: Client, order_ids: list[str]) -> None:
    parked = put_order(total="broken")["orderID"]
    for order_id in ("nothing", parked):
        assert "gone, or parked" in text_of(boss.get(f"{LIST}{order_id}/status/", follow=True))
    answer = boss.post(f"{LIST}{order_ids[0]}/status/", {"status": "lost", "seen": ""})
    assert "is not one of the available choices" in text_of(answer)


def test_all_that_match_are_changed_in_bulk(boss: Client, order_ids: list[str], sent: list[int]) -> None:
    chosen = {"action": "change_status", "select_across": "1", "_selected_action": order_ids[:2]}
    page = text_of(boss.post(LIST + "?status=received", chosen, follow=True))
    change = BulkStatusChange.objects.get()
    assert (change.state, change.selection, sent) == ("ready", "status received", [])
    assert "<strong>5 orders</strong>" in page
    assert "Choose the new status." in text_of(boss.post(f"{BULK}{change.pk}/confirm/", {"status": ""}, follow=True))
    assert "Started." in text_of(boss.post(f"{BULK}{change.pk}/confirm/", {"status": "cancelled"}, follow=True))
    assert sent == [change.pk]
    shown = boss.get(f"{BULK}{change.pk}/change/")
    assert 'hx-trigger="every 2s"' in text_of(shown)
    assert "HX-Refresh" not in shown.headers
    assert not bulk_change_step(change_id=change.pk, now=utc_now())
    shown = boss.get(f"{BULK}{change.pk}/change/", headers={"HX-Request": "true"})
    assert shown.headers["HX-Refresh"] == "true"
    assert 'hx-trigger="every' not in text_of(shown)
    assert "5 of 5 orders" in text_of(shown)
    assert [order_item(one)["status"] for one in order_ids] == ["cancelled"] * 5 + ["shipped"]
    assert LogEntry.objects.filter(content_type__model="order").count() == 5
    assert "5 of 5" in text_of(boss.get(BULK))


def test_a_selection_and_what_was_not_changed(boss: Client, order_ids: list[str], sent: list[int]) -> None:
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:2]})
    change = BulkStatusChange.objects.get()
    assert change.selection == "2 selected"
    order_change_status(order_id=order_ids[0], status="refunded", now=utc_now())
    boss.post(f"{BULK}{change.pk}/confirm/", {"status": "completed"})
    bulk_change_step(change_id=change.pk, now=utc_now())
    page = text_of(boss.get(f"{BULK}{change.pk}/change/"))
    assert "Changed by somebody else" in page
    assert "ORD-0" in page
    listed = text_of(boss.get(f"{BULK}{change.pk}/undone/")).splitlines()
    assert listed[0] == "orderReference,orderID,outcome,reason"
    assert listed[1].startswith(f"ORD-0,{order_ids[0]},conflict,Somebody changed this order")
    assert len(listed) == 2


def test_the_files_are_exports_like_all_others(
    boss: Client, order_ids: list[str], sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:2]})
    change = BulkStatusChange.objects.get()
    boss.post(f"{BULK}{change.pk}/confirm/", {"status": "completed"})
    bulk_change_step(change_id=change.pk, now=utc_now())
    change.items.update(order_reference="\t=1+1")
    answer = boss.get(f"{BULK}{change.pk}/done/")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="bulk-change-{change.pk}-changed.csv"'
    assert csv_rows(body_of(answer))[1:] == [["'\t=1+1", order_id, "done", ""] for order_id in order_ids[:2]]
    monkeypatch.setattr(response, "_slots", BoundedSemaphore(1))
    with response._slot():
        assert "Other exports are being made" in text_of(boss.get(f"{BULK}{change.pk}/done/", follow=True))


def test_stop_and_resume(boss: Client, order_ids: list[str], sent: list[int]) -> None:
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:2]})
    change = BulkStatusChange.objects.get()
    boss.post(f"{BULK}{change.pk}/confirm/", {"status": "completed"})
    assert "Stopped" in text_of(boss.post(f"{BULK}{change.pk}/stop/", follow=True))
    assert not bulk_change_step(change_id=change.pk, now=utc_now())
    assert "in another state by now" in text_of(boss.post(f"{BULK}{change.pk}/stop/", follow=True))
    assert "It goes on." in text_of(boss.post(f"{BULK}{change.pk}/resume/", follow=True))
    bulk_change_step(change_id=change.pk, now=utc_now())
    change.refresh_from_db()
    assert change.state == "finished"


def test_after_a_stop_every_order_is_changed_or_listed(
    boss: Client, order_ids: list[str], sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "ORDERS_PER_SLICE", 2)
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:5]})
    change = BulkStatusChange.objects.get()
    boss.post(f"{BULK}{change.pk}/confirm/", {"status": "cancelled"})
    bulk_change_step(change_id=change.pk, now=utc_now())
    boss.post(f"{BULK}{change.pk}/stop/")
    done, undone = (
        [line.split(",") for line in text_of(boss.get(f"{BULK}{change.pk}/{name}/")).splitlines()[1:]]
        for name in ("done", "undone")
    )
    assert sorted(line[1] for line in done + undone) == sorted(order_ids[:5])
    assert ({line[2] for line in done}, {line[2] for line in undone}) == ({"done"}, {"not reached"})
    assert {order_item(line[1])["status"] for line in done} == {"cancelled"}
    assert {order_item(line[1])["status"] for line in undone} == {"received"}
    page = text_of(boss.get(f"{BULK}{change.pk}/change/"))
    assert all(f"{LIST}{one}/change/" in page for one in order_ids[:5])
    assert "Set 2 of 5 orders to cancelled, stopped." in text_of(boss.get(f"{BULK}{change.pk}/history/"))
    boss.post(f"{BULK}{change.pk}/resume/")
    while bulk_change_step(change_id=change.pk, now=utc_now()):
        pass
    assert text_of(boss.get(f"{BULK}{change.pk}/undone/")).count("\n") == 1
    assert "Set 5 of 5 orders to cancelled, finished." in text_of(boss.get(f"{BULK}{change.pk}/history/"))


def test_a_stop_while_a_slice_is_done_counts_that_slice(
    boss: Client, order_ids: list[str], sent: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "ORDERS_PER_SLICE", 2)
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:5]})
    change = BulkStatusChange.objects.get()
    boss.post(f"{BULK}{change.pk}/confirm/", {"status": "shipped"})
    write_down = applying._write_down

    def stopped_meanwhile(*args: Any, **kwargs: Any) -> None:
        boss.post(f"{BULK}{change.pk}/stop/")
        write_down(*args, **kwargs)

    monkeypatch.setattr(applying, "_write_down", stopped_meanwhile)
    assert not bulk_change_step(change_id=change.pk, now=utc_now())
    history = text_of(boss.get(f"{BULK}{change.pk}/history/"))
    assert "Set 2 of 5 orders to shipped, stopped." in history
    assert "Set 0 of 5" not in history


def test_what_is_to_be_confirmed_can_be_discarded(boss: Client, order_ids: list[str], sent: list[int]) -> None:
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:2]})
    change = BulkStatusChange.objects.get()
    assert f"{BULK}{change.pk}/discard/" in text_of(boss.get(f"{BULK}{change.pk}/change/"))
    assert boss.get(f"{BULK}{change.pk}/discard/").status_code == 405
    page = text_of(boss.post(f"{BULK}{change.pk}/discard/", follow=True))
    assert "Discarded before it was confirmed: no order was changed." in page
    assert "Not reached" not in page
    answer = boss.post(f"{BULK}{change.pk}/confirm/", {"status": "shipped"}, follow=True)
    assert "in another state by now" in text_of(answer)
    assert {order_item(one)["status"] for one in order_ids[:2]} == {"received"}
    assert "Discarded" in text_of(boss.get(BULK))


def test_a_stopped_one_is_watched_until_its_slice_is_done(boss: Client, order_ids: list[str], sent: list[int]) -> None:
    boss.post(LIST, {"action": "change_status", "_selected_action": order_ids[:2]})
    change = BulkStatusChange.objects.get()
    boss.post(f"{BULK}{change.pk}/confirm/", {"status": "completed"})
    BulkStatusChange.objects.update(claimed_until=utc_now() + CLAIM)  # a worker is busy with a slice
    boss.post(f"{BULK}{change.pk}/stop/")
    page = boss.get(f"{BULK}{change.pk}/change/", headers={"HX-Request": "true"})
    assert "Stopping… 0 of 2 orders" in text_of(page)
    assert 'hx-trigger="every 2s"' in text_of(page)
    assert "HX-Refresh" not in page.headers
    assert "Stopping…" in text_of(boss.get(BULK))
    BulkStatusChange.objects.update(claimed_until=None)
    page = boss.get(f"{BULK}{change.pk}/change/", headers={"HX-Request": "true"})
    assert "Stopping…" not in text_of(page)
    assert page.headers["HX-Refresh"] == "true"


def test_permissions(staff_with: MakeStaff, order_ids: list[str], sent: list[int]) -> None:
    chosen = {"action": "change_status", "_selected_action": order_ids[:1]}
    viewer = staff_with("orders.view_order", "orders.view_bulkstatuschange", name="viewer")
    changer = staff_with(*MAY_CHANGE, name="changer")
    for client in (viewer, changer):
        assert client.post(LIST, chosen).status_code == 403
    assert not BulkStatusChange.objects.exists()
    assert viewer.get(f"{LIST}{order_ids[0]}/status/").status_code == 403
    assert viewer.post(f"{LIST}{order_ids[0]}/status/", {"status": "shipped"}).status_code == 403
    assert "Change status" not in text_of(viewer.get(f"{LIST}{order_ids[0]}/change/"))
    assert changer.get(f"{LIST}{order_ids[0]}/status/").status_code == 200

    bulk = staff_with(*MAY_BULK, name="bulk")
    bulk.post(LIST, chosen)
    change = BulkStatusChange.objects.get()
    for step in ("confirm", "discard", "stop", "resume"):
        assert viewer.post(f"{BULK}{change.pk}/{step}/", {"status": "shipped"}).status_code == 403
        assert bulk.get(f"{BULK}{change.pk}/{step}/").status_code == 405
    assert viewer.get(f"{BULK}{change.pk}/change/").status_code == 200
    exporter = staff_with("orders.view_bulkstatuschange", "orders.export_order", name="exporter")
    for name in ("undone", "done"):
        assert viewer.get(f"{BULK}{change.pk}/{name}/").status_code == 403
        file: Any = exporter.get(f"{BULK}{change.pk}/{name}/")
        assert file.status_code == 200
        file.close()
    assert changer.get(f"{BULK}{change.pk}/undone/").status_code == 403
    assert changer.get(f"{BULK}{change.pk}/done/").status_code == 403
    assert bulk.post(f"{BULK}{change.pk}/confirm/", {"status": "shipped"}).status_code == 302
    assert sent == [change.pk]
