"""The walk that all sorted lists share: bounds, directions, positions, pages. What is read is put in by hand."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from packprod.dynamodb.reads import Item, Partition
from packprod.errors import InvalidCursor
from packprod.readmodels.lists import pages, walk
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition, Walk, each_once, merged, walk_in_hand
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

    def query_all(partition: Partition, *, page_size: int) -> Iterator[Item]:
        sizes.append(page_size)
        keys = sorted(KEYS[partition.hash[1] :: 2], reverse=partition.descending)
        return iter([{"rowID": key} for key in keys if in_bounds(key, partition)])

    monkeypatch.setattr(walk, "query_all", query_all)
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
    list(both_halves(Bounds()))
    list(both_halves(Bounds(after="07")))
    assert page_sizes == [4, 4, 5, 5]


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
