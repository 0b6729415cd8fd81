"""Bulk status changes: the true number beforehand, all or listed, nothing lost or counted twice, whatever dies."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import QuerySet

from orders.bulk import applying, collecting, services, tasks
from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.bulk.services import (
    bulk_change_confirm,
    bulk_change_create,
    bulk_change_resume,
    bulk_change_step,
    bulk_change_stop,
    bulk_changes_forget,
    bulk_changes_waiting,
)
from orders.lists.filter import OrderFilter
from orders.lists.listing import OrderListing
from orders.selectors import order_item, order_items
from orders.services import order_change_status, write_status
from orders.tables import WebOrder
from packprod.dynamodb.errors import TransactionCancelled
from packprod.errors import EngineUnavailable
from packprod.jobs.services import CLAIM
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.verify import verify
from tests.orders.foreign import delete_row, put_order

pytestmark = pytest.mark.django_db
RECEIVED = OrderListing(OrderFilter(status="received"))


@pytest.fixture
def anna() -> User:
    return User.objects.create(username="anna")


@pytest.fixture
def order_ids(imported: Callable[..., Any], make_order: Callable[..., Any], now: datetime) -> list[str]:
    """Twelve received orders, and one that is completed."""
    results = imported(*(make_order(f"B-{number}") for number in range(12)), make_order("DONE", status="completed"))
    ids = [one.outcome.order_id for one in results]
    project(ids, now=now)
    return ids[:12]


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "ORDERS_PER_SLICE", 5)


def start(anna: User, now: datetime, *, status: str = "cancelled", **what: Any) -> BulkStatusChange:
    """Created and confirmed."""
    what = what or {"listing": RECEIVED}
    change = bulk_change_create(selection="all", user=anna, now=now, **{"listing": None, **what})
    assert bulk_change_confirm(change_id=change.pk, status=status, now=now)
    change.refresh_from_db()
    return change


def work_off(change: BulkStatusChange, now: datetime) -> BulkStatusChange:
    while bulk_change_step(change_id=change.pk, now=now):
        pass
    change.refresh_from_db()
    return change


def order_entries() -> QuerySet[LogEntry]:
    """Django's history of the orders, without that of the bulk changes themselves."""
    return LogEntry.objects.filter(content_type__model="order")


def outcomes(change: BulkStatusChange) -> dict[str, int]:
    counts: dict[str, int] = {}
    for outcome in change.items.values_list("outcome", flat=True):
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def test_all_that_match_are_counted_then_changed_and_the_figures_follow(
    order_ids: list[str], anna: User, now: datetime, caught_up: Callable[[], None], small_slices: None
) -> None:
    change = bulk_change_create(selection="all", user=anna, listing=RECEIVED, now=now)
    assert (change.state, change.items.count()) == ("ready", 12)
    assert not bulk_change_step(change_id=change.pk, now=now)  # nobody has confirmed
    assert order_item(order_ids[0])["status"] == "received"
    assert bulk_change_confirm(change_id=change.pk, status="cancelled", now=now)
    assert not bulk_change_confirm(change_id=change.pk, status="cancelled", now=now)
    assert work_off(change, now).state == "finished"
    assert outcomes(change) == {"done": 12}
    assert {order_item(one)["status"] for one in order_ids} == {"cancelled"}
    assert order_item(order_ids[0])["updatedBy"] == f"user anna, bulk change {change.pk}"
    assert sorted(map(str, order_entries().values_list("object_id", flat=True))) == sorted(order_ids)
    entry = order_entries().latest("pk")
    assert (entry.user, entry.get_change_message()) == (
        anna,
        f"Status changed from received to cancelled (bulk change {change.pk}).",
    )
    caught_up()
    assert verify(settle=0) == []


def test_a_selection_with_all_that_can_go_wrong(order_ids: list[str], anna: User, now: datetime) -> None:
    parked = put_order(total="broken")["orderID"]
    change = bulk_change_create(
        selection="5", user=anna, listing=None, now=now, order_ids=[*order_ids[:4], parked, "nothing"]
    )
    order_change_status(order_id=order_ids[1], status="processing", now=now + timedelta(minutes=1))
    order_change_status(order_id=order_ids[2], status="shipped", now=now + timedelta(minutes=1))
    delete_row(WebOrder, order_ids[3])
    bulk_change_confirm(change_id=change.pk, status="shipped", now=now)
    assert work_off(change, now).state == "finished"
    listed = {item.order_id: (item.outcome, item.reason) for item in change.items.all()}
    assert listed[order_ids[0]] == ("done", "")
    assert listed[order_ids[1]][0] == "conflict"
    assert "Somebody changed this order" in listed[order_ids[1]][1]
    assert listed[order_ids[2]] == ("unchanged", "")
    assert listed[order_ids[3]][0] == listed["nothing"][0] == "gone"
    assert listed[parked] == ("parked", "total is not an amount of money: “broken”.")
    assert order_item(order_ids[1])["status"] == "processing"
    assert order_entries().count() == 1


def test_parked_after_it_was_collected(order_ids: list[str], anna: User, now: datetime) -> None:
    change = start(anna, now)
    put_order(orderID=order_ids[0], total="broken", updatedAt=order_item(order_ids[0])["updatedAt"])
    assert outcomes(work_off(change, now)) == {"done": 11, "parked": 1}


@pytest.mark.parametrize("position", [None, ["date", "2025-10-20T10:30:00.000000Z\x01id"]])
def test_many_orders_are_collected_slice_by_slice(
    order_ids: list[str], anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch, position: list[str] | None
) -> None:
    """From the start again where the worker died before it said how far it was, or an earlier release said it."""
    monkeypatch.setattr(collecting, "PAGES_PER_SLICE", 2)
    monkeypatch.setattr(collecting, "ORDERS_PER_PAGE", 4)
    change = bulk_change_create(selection="all", user=anna, listing=RECEIVED, now=now)
    assert (change.state, change.items.count()) == ("collecting", 8)
    assert not bulk_change_confirm(change_id=change.pk, status="cancelled", now=now)
    BulkStatusChange.objects.update(position=position)
    work_off(change, now)
    assert (change.state, change.items.count()) == ("ready", 12)


def test_stopped_and_resumed(order_ids: list[str], anna: User, now: datetime, small_slices: None) -> None:
    change = start(anna, now)
    assert bulk_change_step(change_id=change.pk, now=now)
    assert bulk_change_stop(change_id=change.pk, now=now)
    assert not bulk_change_step(change_id=change.pk, now=now)
    assert outcomes(change) == {"done": 5, "pending": 7}
    assert not bulk_change_stop(change_id=change.pk, now=now)
    assert bulk_change_resume(change_id=change.pk)
    assert not bulk_change_resume(change_id=change.pk)
    assert work_off(change, now).state == "finished"
    assert outcomes(change) == {"done": 12}


class Killed(BaseException):
    """kill -9: nothing catches it, nothing is tidied up."""


def kill_after_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    monkeypatch.setattr(applying, "_write_down", die)


def overtaken(*args: Any, **kwargs: Any) -> None:
    """Somebody else was faster with one of the orders of a slice."""
    raise TransactionCancelled("overtaken")


def test_a_slice_that_is_overtaken_is_done_order_by_order(
    order_ids: list[str], anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third order is changed between the reading of the slice and its writing: it alone is left as it is."""
    change = start(anna, now)
    read = order_items

    def changed_behind_our_back(ids: Any) -> Any:
        rows = read(ids)
        order_change_status(order_id=order_ids[2], status="shipped", now=now + timedelta(seconds=1))
        return rows

    monkeypatch.setattr(applying, "order_items", changed_behind_our_back)
    work_off(change, now)
    assert outcomes(change) == {"done": 11, "conflict": 1}
    assert order_item(order_ids[2])["status"] == "shipped"


@pytest.mark.parametrize("knows_its_stamp", [True, False])
def test_a_worker_killed_after_it_wrote_is_made_up_for_and_nothing_counts_twice(
    knows_its_stamp: bool, order_ids: list[str], anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its stamp on the orders tells that the change was its own; without it they would pass for unchanged."""
    change = start(anna, now)
    with monkeypatch.context() as patch:
        kill_after_writing(patch)
        with pytest.raises(Killed):
            bulk_change_step(change_id=change.pk, now=now)
    assert not bulk_change_step(change_id=change.pk, now=now)  # the dead worker's claim still stands
    assert bulk_changes_waiting(now=now) == []
    later = now + CLAIM + timedelta(seconds=1)
    assert bulk_changes_waiting(now=later) == [change.pk]
    if not knows_its_stamp:
        monkeypatch.setattr(BulkStatusChange, "updated_by", "somebody")
    work_off(change, later)
    assert outcomes(change) == ({"done": 12} if knows_its_stamp else {"unchanged": 12})
    assert order_entries().count() == (12 if knows_its_stamp else 0)


def test_two_workers_with_the_same_slice_write_each_order_down_once(
    order_ids: list[str], anna: User, now: datetime
) -> None:
    """The claim ran out while the first was slow: both do the work, it is counted once."""
    change = start(anna, now)
    items = list(change.items.all())
    results = [applying._attempt(change, item, now=now) for item in items]
    for _ in range(2):
        applying._write_down(change, items, results, now=now)
    assert LogEntry.objects.count() == 12
    assert outcomes(change) == {"done": 12}


def test_the_engine_goes_away_and_comes_back(
    order_ids: list[str], anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = start(anna, now)
    written: list[str] = []
    write = write_status

    def goes_away(order_id: str, *args: Any, **options: Any) -> Any:
        if len(written) >= 3:
            raise EngineUnavailable("The database engine cannot be reached.")
        written.append(order_id)
        return write(order_id, *args, **options)

    with monkeypatch.context() as outage:
        outage.setattr(applying, "write_statuses", overtaken)
        outage.setattr(applying, "write_status", goes_away)
        assert not bulk_change_step(change_id=change.pk, now=now)
    change.refresh_from_db()
    assert (change.state, outcomes(change)["done"]) == ("running", len(written))
    assert "It goes on by itself" in change.trouble
    assert bulk_changes_waiting(now=now) == [change.pk]
    assert (work_off(change, now).state, change.trouble) == ("finished", "")
    assert outcomes(change) == {"done": 12}


def test_a_change_that_cannot_be_collected_is_not_made(
    anna: User, now: datetime, client_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(change: Any) -> None:
        raise EngineUnavailable("away")

    monkeypatch.setattr(services, "collect_slice", away)
    with pytest.raises(EngineUnavailable):
        bulk_change_create(selection="all", user=anna, listing=RECEIVED, now=now)
    assert not BulkStatusChange.objects.exists()


def test_a_lost_wake_up_is_found_by_the_sweep(
    order_ids: list[str], anna: User, now: datetime, monkeypatch: pytest.MonkeyPatch, small_slices: None
) -> None:
    """FLUSHALL: the queue is empty, the work is in SQL."""
    sent: list[int] = []
    monkeypatch.setattr(tasks.bulk_step, "delay", sent.append)
    change = start(anna, now)
    tasks.sweep_bulk()
    assert (outcomes(change)["done"], sent) == (5, [change.pk])
    while sent:
        tasks.bulk_step(sent.pop())
    assert outcomes(change) == {"done": 12}
    tasks.sweep_bulk()


def test_what_nobody_confirms_is_forgotten_and_what_ran_is_not(order_ids: list[str], anna: User, now: datetime) -> None:
    bulk_change_create(selection="all", user=anna, listing=RECEIVED, now=now)
    ran = work_off(start(anna, now), now)
    assert bulk_changes_forget(now=now + timedelta(hours=23)) == 0
    assert bulk_changes_forget(now=now + timedelta(hours=25)) == 1
    assert list(BulkStatusChange.objects.all()) == [ran]
    assert BulkStatusItem.objects.filter(change=ran).count() == 12


def test_the_person_is_gone_and_the_work_goes_on(order_ids: list[str], anna: User, now: datetime) -> None:
    change = start(anna, now)
    anna.delete()
    assert outcomes(work_off(change, now)) == {"done": 12}
    assert LogEntry.objects.count() == 0
