"""No report page reads more than it shows: the calls to the engine that each makes, counted where they leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from packprod.dynamodb.client import dynamodb
from packprod.readmodels.held import HELD
from packprod.readmodels.rebuild.definitions import are_rules_outdated, record_built
from tests.reports.pages.report_shop import PAGES, PERIOD, open_shop

pytestmark = pytest.mark.usefixtures("staff_site")
VERSIONS = "BatchGetItem"  # of all figures, and of the population
CALLS = {
    f"/admin/?{PERIOD}": [VERSIONS, "BatchGetItem", "Query"],  # names, what is parked
    PAGES["overview"]: [VERSIONS, "BatchGetItem", "Query"],
    PAGES["sales"]: [VERSIONS],
    PAGES["sales"] + "&granularity=month": [VERSIONS],
    PAGES["products"]: [VERSIONS],
    PAGES["statistics"]: [VERSIONS],
    f"{PAGES['statistics']}?{PERIOD}": [VERSIONS],
    PAGES["cohorts"]: ["Query"],
    PAGES["overduereorders"]: ["Query", "BatchGetItem"],  # entries; their customers and products
    f"{PAGES['overduereorders']}?search=regular": ["Query", "BatchGetItem"] * 2,  # words, customers; rows, products
    f"{PAGES['overduereorders']}?segment=Active": ["Query", "BatchGetItem", "BatchGetItem"],
    PAGES["performance"]: [],
}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The operations sent while the test runs."""
    sent: list[str] = []
    send = dynamodb().send

    def counted(operation: str, parameters: dict[str, Any]) -> Any:
        sent.append(operation.title().replace("_", ""))
        return send(operation, parameters)

    monkeypatch.setattr(dynamodb(), "send", counted)
    return sent


def test_calls_of_each_page(
    boss: Client,
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    calls: list[str],
) -> None:
    monkeypatch.setattr("reports.pages.page.utc_now", lambda: now)
    record_built()
    assert not are_rules_outdated()  # a process asks that until it is so, and then no more
    open_shop(imported, caught_up)
    for address in CALLS:
        boss.get(address)  # from then on the process holds the figures
    counted = {}
    for address in CALLS:
        calls.clear()
        assert boss.get(address).status_code == 200
        counted[address] = list(calls)
    assert counted == CALLS


def test_calls_of_a_process_that_holds_nothing(
    boss: Client,
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    calls: list[str],
) -> None:
    """Two months of each period, and the row of all time; days and months lie together, however many there are."""
    monkeypatch.setattr("reports.pages.page.utc_now", lambda: now)
    record_built()
    assert not are_rules_outdated()
    open_shop(imported, caught_up)
    both_periods = ["Query"] * 4
    for address, read in {
        PAGES["sales"]: both_periods,
        PAGES["products"]: both_periods,
        PAGES["statistics"]: ["GetItem"] * 2,
        f"{PAGES['statistics']}?{PERIOD}": ["GetItem", *both_periods],
    }.items():
        HELD.clear()
        calls.clear()
        assert boss.get(address).status_code == 200
        assert calls == [VERSIONS, *read], address
