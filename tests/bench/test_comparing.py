"""What `bench peer` makes of its measurements: ratios, sentences, table, chart, and whether both say the same."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from bench.comparing.agreement import agreement
from bench.comparing.chart import BEST, WORST, chart, position
from bench.comparing.floor import Floor
from bench.comparing.measuring import Times
from bench.comparing.recorder import Call, items_read
from bench.comparing.results import Result, summary, table
from bench.wire import Request

REQUEST = Request("GET", "/")


def result(name: str, *, ours: float, peer: float | None, calls: float = 0.001) -> dict[str, Any]:
    """A case with the same time for each of ten requests; the floor's bare function takes 1 ms, as the ideal call."""
    turns = {"ours": ours, "peer": peer, "calls": calls, "ideal": 0.001, "bare": 0.001}
    times = {key: Times([seconds] * 10) for key, seconds in turns.items() if seconds is not None}
    rounds: dict[str, Times] = {
        key: Times([times[key].seconds[0]] * 8, wall=1.0, cpu={"web": 0.08}) for key in ("ours", "peer") if key in times
    }
    floor = Floor([Call(REQUEST, "Query", items=50, size=2048)] * 2, REQUEST, REQUEST)
    return Result(name, times, {8: rounds}, [floor], 1000, 0.5).as_json()


FAST = result("fast", ours=0.004, peer=0.008, calls=0.001) | {"agrees": "50 of 50 rows"}
SLOW = result("slow", ours=0.010, peer=0.005, calls=0.003) | {"agrees": "49 of 50 rows"}
ALONE = result("alone", ours=0.010, peer=None)


def test_the_floor_is_the_sum_of_the_two_medians() -> None:
    assert SLOW["floorMs"] == {"todaysReads": 4.0, "ideal": 2.0}
    assert SLOW["engine"] == {"calls": 2, "items": 100, "bytes": 4096}


def test_cpu_is_by_request_and_rates_are_by_the_wall_clock() -> None:
    ours = FAST["clients"]["8"]["ours"]
    assert (ours["cpuMs"]["web"], ours["aSecond"]) == (10.0, 8.0)


def test_what_is_behind_is_named() -> None:
    said = dict(summary({"fast": FAST, "slow": SLOW, "alone": ALONE}, clients=8))
    assert said["not slower than the peer, 1 client"] == "1 of 2, median × 1.2; behind: slow 0.50"
    assert said["answers that differ from the peer's"] == "slow: 49 of 50 rows"
    assert said["times the floor (todaysReads), median and highest"] == "2.5, 5.0"


def test_the_table_has_a_row_for_each_case_and_dashes_for_what_the_peer_has_not() -> None:
    head, _, fast, alone = table({"fast": FAST, "alone": ALONE}, clients=8).splitlines()
    assert len({row.count("|") for row in (head, fast, alone)}) == 1
    assert "| 2.00 |" in fast
    assert "| — |" in alone


@pytest.mark.parametrize(
    ("answer", "items"),
    [
        ({"Items": [{}], "Count": 1, "ScannedCount": 3}, 3),
        ({"Item": {}}, 1),
        ({}, 0),
        ({"Responses": {"a": [{}, {}], "b": [{}]}}, 3),
        ({"Responses": [{}, {}]}, 2),
    ],
)
def test_items_read(answer: dict[str, Any], items: int) -> None:
    assert items_read(answer) == items


def body(data: Any) -> bytes:
    """An answer's body."""
    return json.dumps({"data": data}).encode()


def test_lists_are_compared_by_their_rows_in_any_order() -> None:
    rows = [{"orderID": one} for one in "abc"]
    assert agreement(body(rows), body(rows[::-1])) == "3 of 3 rows"
    assert agreement(body(rows), body(rows[1:])) == "2 of 3 rows"


def test_figures_are_compared_as_numbers_also_inside() -> None:
    ours = {"orders": 3, "revenue": 10.50, "previous": {"orders": 1}, "name": "x"}
    same = {"orders": 3, "revenue": "10.50", "previous": {"orders": 1}}
    assert agreement(body(ours), body(same)) == "the same figures"
    other = same | {"revenue": "10.51", "previous": {"orders": None}}
    assert agreement(body(ours), body(other)) == "other figures: previous.orders, revenue"


def test_the_chart_is_well_formed_and_its_bars_grow_with_the_ratio() -> None:
    drawn = chart({"fast & <good>": FAST, "slow": SLOW, "alone": ALONE}, orders=5000)
    texts = [element.text for element in ET.fromstring(drawn).iter() if element.tag.endswith("text")]  # noqa: S314
    assert "fast & <good>" in texts
    assert "alone" not in texts
    assert position(WORST / 2) == position(WORST) < position(1) < position(2) < position(BEST) == position(BEST * 2)
