"""Entries that time alone makes lost: right on the day, before and after the sweep moves them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from customers.reorders.selectors import OverdueFilter, rows_lost_unmoved
from customers.reorders.services import lost_reorders_move
from customers.reorders.tables import Reorder
from packprod.dates import business_date
from packprod.dynamodb.reads import scan_all
from packprod.readmodels.rebuild.verify import verify
from tests.customers.reorders.test_expected_reorders import whole_list

GAP = 10
FIRST = datetime.fromisoformat("2025-08-01T02:00:00+00:00")


@pytest.fixture
def regulars(imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Callable[..., Any]) -> datetime:
    """Three customers with orders every ten days, the last ones a day apart; the day on which the first is lost."""
    for number in range(3):
        for occasion in range(3):
            at = FIRST + timedelta(days=number + occasion * GAP)
            imported(make_order(f"R-{number}-{occasion}", email=f"r{number}@example.com", createdAt=at.isoformat()))
    lost_on = FIRST + timedelta(days=2 * GAP + GAP + 3 * GAP + 1)
    caught_up(lost_on - timedelta(days=1))
    return lost_on


def states(now: datetime) -> list[list[str]]:
    """Who is overdue, who is lost, and who is either, each also from the other end."""
    found = []
    for state in ("overdue", "lost", ""):
        rows = whole_list(OverdueFilter(state), now, limit=1)
        assert rows[::-1] == whole_list(OverdueFilter(state, descending=True), now, limit=2)
        assert rows == whole_list(OverdueFilter(state, product_code="box-a4"), now, limit=2)
        found.append([row["email"][:2] for row in rows])
    return found


def test_lost_from_the_day_on_and_after_the_sweep(regulars: datetime) -> None:
    everybody = ["r0", "r1", "r2"]
    assert states(regulars - timedelta(days=1)) == [everybody, [], everybody]
    for days in range(4):
        now = regulars + timedelta(days=days)
        lost, overdue = everybody[: days + 1], everybody[days + 1 :]
        assert states(now) == [overdue, lost, everybody]
        moved = lost_reorders_move(now=now)
        assert moved == (1 if lost != everybody or days == 2 else 0)
        assert states(now) == [overdue, lost, everybody]
        assert list(rows_lost_unmoved(business_date(now))) == []
        assert lost_reorders_move(now=now) == 0
    assert verify(settle=0) == []


def test_an_order_brings_a_lost_one_back(
    regulars: datetime, imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Callable[..., Any]
) -> None:
    now = regulars + timedelta(days=9)
    lost_reorders_move(now=now)
    assert states(now) == [[], ["r0", "r1", "r2"], ["r0", "r1", "r2"]]
    ordered_at = now - timedelta(days=20)
    imported(make_order("R-again", email="r1@example.com", createdAt=ordered_at.isoformat()))
    caught_up(now)
    assert states(now) == [["r1"], ["r0", "r2"], ["r0", "r2", "r1"]]
    assert verify(settle=0) == []


def test_only_rows_that_are_not_lost_yet_wait_for_their_day(regulars: datetime, client_id: str) -> None:
    now = regulars + timedelta(days=1)
    lost_reorders_move(now=now)
    rows = sorted(
        (row for row in scan_all(Reorder) if row["clientID"] == client_id), key=lambda row: row["lastOrderDate"]
    )
    assert [row["listPartition"].rpartition("#")[2] for row in rows] == ["lost", "lost", "open"]
    assert ["lostOn" in row for row in rows] == [False, False, True]
