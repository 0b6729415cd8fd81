"""Figures are read once per version, and a change is in the very next report: in this process and in others."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from orders.tables import WebOrder
from packprod.dates import utc_now
from packprod.readmodels import held
from packprod.readmodels.held import HELD, Held
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.tables import Manifest
from reports.figures.periods import Period
from reports.sales.report import sales_report
from tests.packprod.readmodels.stored import wipe

OCTOBER = Period(date(2025, 10, 1), date(2025, 10, 31))
SUMMER = Period(date(2025, 6, 10), date(2025, 10, 31))


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    HELD.clear()
    yield
    HELD.clear()


def orders_of(period: Period, granularity: str = "day") -> int:
    return sales_report(period=period, granularity=granularity, compare="previous").totals.orders


def test_what_did_not_change_is_not_read_again(
    imported: Callable[..., Any],
    make_order: Callable[..., Any],
    caught_up: Callable[..., None],
    engine_calls: list[str],
) -> None:
    imported(make_order("A"), make_order("B", createdAt="2025-09-03T01:00:00Z"))
    caught_up()
    for granularity in ("day", "month"):
        assert orders_of(SUMMER, granularity) == 2
        engine_calls.clear()
        assert orders_of(SUMMER, granularity) == 2
        assert engine_calls == ["batch_get_item"]  # the versions


@pytest.mark.parametrize("granularity", ["day", "month"])
def test_a_change_is_in_the_next_report(
    granularity: str,
    imported: Callable[..., Any],
    make_order: Callable[..., Any],
    caught_up: Callable[..., None],
    engine_calls: list[str],
) -> None:
    for number in range(3):
        imported(make_order(f"N-{number}", createdAt="2025-10-20T10:30:00Z"))
        caught_up()
        engine_calls.clear()
        assert orders_of(SUMMER, granularity) == number + 1
    assert engine_calls == ["batch_get_item", "query"]  # the versions, and the one day or month that changed
    imported(make_order("N-0", status="cancelled"), on_conflict="update")
    caught_up()
    assert orders_of(SUMMER, granularity) == 2
    for number in (1, 2):
        imported(make_order(f"N-{number}", status="cancelled"), on_conflict="update")
    caught_up()
    assert orders_of(SUMMER, granularity) == 0


_READER = """
import json, sys
from datetime import date
import django
django.setup()
from django.conf import settings
from reports.figures.periods import Period
from reports.sales.report import sales_report
settings.PACKPROD_CLIENT_ID = sys.argv[1]
for _ in sys.stdin:
    period = Period(date(2025, 10, 1), date(2025, 10, 31))
    print("orders", sales_report(period=period, granularity="day", compare="previous").totals.orders, flush=True)
"""


def test_a_change_is_in_the_next_report_of_another_process(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., None]
) -> None:
    command = [sys.executable, "-c", _READER, settings.PACKPROD_CLIENT_ID]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        for number in range(3):
            imported(make_order(f"P-{number}"))
            caught_up()
            reader.stdin.write("\n")
            reader.stdin.flush()
            answers = (line for line in reader.stdout if line.startswith("orders"))
            assert next(answers).split() == ["orders", str(number + 1)]
        reader.stdin.close()


def test_rows_of_before_versions_were_written_are_read(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., None]
) -> None:
    imported(make_order("A"))
    caught_up()
    Manifest(f"{settings.PACKPROD_CLIENT_ID}#figures#2025").delete()
    assert orders_of(OCTOBER) == 1
    imported(make_order("B"))
    caught_up()
    assert orders_of(OCTOBER) == 2


def test_dropped_and_rebuilt_rows_have_other_versions(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., None], client_id: str
) -> None:
    """Their states count from 1 again, so a version is more than the count."""
    results = imported(make_order("A"), make_order("B", createdAt="2025-10-20T11:30:00Z"))
    caught_up()
    assert orders_of(OCTOBER) == 2
    WebOrder(results[0].outcome.order_id).delete()
    wipe(client_id)
    rebuild(now=utc_now())
    assert orders_of(OCTOBER) == 1


def test_memory_is_bounded() -> None:
    kept = Held(most_bytes=1_000)
    for number in range(10):
        kept.put(number, "1", f"value {number}", size=300)
        kept.get(1, "1")  # used again and again
    assert kept.bytes <= 1_000
    assert [number for number in range(10) if kept.get(number, "1")] == [1, 8, 9]
    assert kept.get(9, "2") is None
    kept.put(9, "2", "another", size=100)
    assert (kept.get(9, "1"), kept.get(9, "2"), kept.bytes) == (None, "another", 700)


def test_a_row_is_read_again_after_some_time(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Held()
    kept.put("row", "1", "value", size=1)
    assert kept.get("row", "1") == "value"
    later = time.monotonic() + held.LONGEST_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert kept.get("row", "1") is None
