"""The walk that all sorted lists share: bounds, directions, positions, pages. What is read is put in by hand."""

import json
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from packprod.dynamodb.reads import Item, ItemPage, Partition
from packprod.errors import InvalidCursor
from packprod.readmodels.lists import pages, walk
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.walk import (
    Bounds,
    Pace,
    Position,
    SortedPartition,
    Walk,
    each_once,
    merged,
    walk_in_hand,
)
from packprod.readmodels.tables import Projection

KEYS = [f"{number:02d}" for number in range(20)]
NOW = datetime(2025, 10, 20, 10, 30, 0, 123456, tzinfo=UTC)


def in_bounds(item: str, partition: Partition) -> bool:
    """What the engine does with a range condition."""
    condition = partition.range
    match condition and condition.operator:
        case "between":
            assert condition is not None
            return bool(condition.low <= item <= condition.high)
        case ">=":
            assert condition is not None
            return bool(item >= condition.low)
        case "<=":
            assert condition is not None
            return bool(item <= condition.low)
    return True


@pytest.fixture
def page_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The page sizes of all queries. Every second one of KEYS lies in one partition, the others in another."""
    sizes: list[int] = []

    def query_page_encoded(partition: Partition, *, limit: int, start_key: Item | None) -> ItemPage:
        sizes.append(limit)
        keys = sorted(KEYS[partition.hash[1] :: 2], reverse=partition.descending)
        keys = [key for key in keys if in_bounds(key, partition)]
        first = keys.index(start_key["rowID"]) + 1 if start_key else 0
        page = keys[first : first + limit]
        last = {"rowID": page[-1]} if len(page) == limit else None
        return ItemPage([{"rowID": {"S": key}} for key in page], last)

    monkeypatch.setattr(walk, "query_page_encoded", query_page_encoded)
    return sizes


def both_halves(bounds: Bounds) -> Walk[Item]:
    halves = [SortedPartition(Projection, ("bucket", half), "rowID") for half in (0, 1)]
    return merged([half.walk(bounds, chunk=4) for half in halves], descending=bounds.descending)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize(("low", "high"), [(None, None), ("03", None), (None, "15"), ("03", "15"), ("15", "03")])
@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_make_up_the_part_in_bounds(
    page_sizes: list[int], descending: bool, low: str | None, high: str | None, limit: int
) -> None:
    expected = [key for key in KEYS if (low is None or key >= low) and (high is None or key <= high)]
    position, found = Position(began=NOW), []
    while True:
        page: Page[Item] = take_page(
            both_halves(Bounds(low, high, position.after, descending)), limit=limit, start=position
        )
        found += [row["rowID"] for row in page.items]
        if page.next_position is None:
            break
        position = Position.from_json(json.loads(json.dumps(page.next_position.as_json())))
        assert (position, position.began) == (page.next_position, NOW)
    assert found == sorted(expected, reverse=descending)
    assert all(one != two for one, two in pairwise(found))


def test_a_later_page_reads_as_many_new_rows_as_the_first(page_sizes: list[int]) -> None:
    next(both_halves(Bounds()))
    next(both_halves(Bounds(after="07")))
    assert page_sizes == [4, 4, 5, 5]


def test_a_reader_who_drops_rows_reads_twice_as_many_each_time(page_sizes: list[int]) -> None:
    half = SortedPartition(Projection, ("bucket", 0), "rowID")
    rows = [key for key, _ in half.walk(Bounds("", descending=False), chunk=Pace(1, most=3))]
    assert rows == KEYS[::2]
    assert page_sizes == [1, 2, 3, 3, 3]


def test_a_reader_may_set_how_many_rows_are_read_next(page_sizes: list[int]) -> None:
    pace = Pace(2, most=100)
    walk = SortedPartition(Projection, ("bucket", 0), "rowID").walk(Bounds(descending=False), chunk=pace)
    next(walk)
    pace.size = 7
    assert len(list(walk)) == 9
    assert page_sizes == [2, 7, 14]


def test_a_page_says_how_many_rows_it_kept_and_as_many_more_are_read_as_hold_the_rest(page_sizes: list[int]) -> None:
    """Of five rows two are kept; eight rows or so hold three more of them."""
    pace = Pace(5, most=100, needed=5)
    monday = SortedPartition(Projection, ("bucket", 0), "rowID").walk(Bounds(descending=False), chunk=pace)
    page = take_page(monday, limit=4, start=Position(), keep=lambda row: row["rowID"] in KEYS[2:7:2], pace=pace)
    assert [row["rowID"] for row in page.items] == KEYS[2:7:2]
    assert page_sizes[:2] == [5, walk.LEAST]


def test_a_walk_of_which_nothing_is_kept_reads_four_times_as_many_each_time(page_sizes: list[int]) -> None:
    pace = Pace(1, most=100, needed=5)
    assert len(list(SortedPartition(Projection, ("bucket", 0), "rowID").walk(Bounds(), chunk=pace))) == len(KEYS[::2])
    assert page_sizes == [1, walk.LEAST]


@pytest.mark.parametrize(
    ("read", "kept", "needed", "following"), [(51, 51, 52, 10), (51, 17, 51, 115), (51, 0, 51, 204), (300, 1, 51, 400)]
)
def test_how_many_rows_hold_the_rest(read: int, kept: int, needed: int, following: int) -> None:
    pace = Pace(51, most=400, needed=needed)
    assert pace.size_of_rest(read=read, kept=kept) == following


def test_rows_in_hand_are_sorted_and_cut() -> None:
    rows = [("b", 2), ("c", 3), ("a", 1)]
    assert list(walk_in_hand(rows, Bounds(after="b"))) == [("a", 1)]
    assert list(walk_in_hand(rows, Bounds(after="a", descending=False))) == [("b", 2), ("c", 3)]


def test_what_two_lists_hold_is_given_once() -> None:
    walks = [iter([("a", "x"), ("c", "y")]), iter([("b", "x"), ("c", "z")])]
    both = merged(walks, descending=False)
    assert list(each_once(both, identity=lambda key, row: row)) == [("a", "x"), ("c", "y"), ("c", "z")]


def test_rows_that_are_gone_end_no_page_but_count_as_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("a", None), ("b", 1), ("c", None), ("d", 2)]
    assert take_page(iter(rows), limit=2, start=Position()) == Page([1, 2], None, total=2)
    monkeypatch.setattr(pages, "MAX_EXAMINED", 3)
    cut = take_page(iter(rows), limit=2, start=Position(source="here"))
    assert cut == Page([1], Position("c", "here"), total=None, ended_early=True)


@pytest.mark.parametrize(
    "value",
    [
        *(None, "", "a", 7, {}, [], ["a"], ["a", ""], ["a", "", None, 1]),
        *([None, "", None], [1, "", None], ["a", 1, None], ["a", "", "yesterday"], ["a", "", 5]),
    ],
)
def test_what_is_no_position_is_refused(value: Any) -> None:
    with pytest.raises(InvalidCursor):
        Position.from_json(value)
