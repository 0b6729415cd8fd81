"""The statistics of all time: segments on any day, and the first and last order."""

from datetime import datetime, timedelta
from typing import Any

from packprod.json_objects import to_plain
from reports.statistics.report import statistics_report
from tests.reports.shop import Shop, listed_by_segment


def test_segments_follow_time_without_a_write(imported: Any, caught_up: Any, now: datetime) -> None:
    shop = Shop(imported, caught_up, now)
    for days in (0, 20, 90, 181, 400):
        then = shop.now + timedelta(days=days)
        assert to_plain(statistics_report(now=then))["segments"] == listed_by_segment(then)


def test_first_and_last_order_are_right_within_one_second(
    imported: Any, caught_up: Any, make_order: Any, now: datetime
) -> None:
    first, last = "2025-10-20T10:30:00Z", "2025-10-20T10:30:00.250000Z"
    imported(make_order("F-1", createdAt=first), make_order("F-2", createdAt=last))
    caught_up()
    found = to_plain(statistics_report(now=now))
    assert (found["firstOrderDate"], found["lastOrderDate"]) == (first, last)
