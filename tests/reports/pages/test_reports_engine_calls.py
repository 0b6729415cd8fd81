"""No report page reads more than it shows: the calls to the engine that each makes, counted where they leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from customers.reorders.gap_classes import GAP_CLASSES
from packprod.dynamodb.client import dynamodb
from packprod.readmodels.rebuild.definitions import are_rules_outdated, record_built
from tests.reports.pages.report_shop import PAGES, PERIOD, open_shop

pytestmark = pytest.mark.usefixtures("staff_site")
BOTH_PERIODS = ["Query"] * 4  # two months each
CALLS = {
    f"/admin/?{PERIOD}": ["GetItem", *BOTH_PERIODS, "BatchGetItem", "Query"],  # population, days, names, what is parked
    PAGES["overview"]: ["GetItem", *BOTH_PERIODS, "BatchGetItem", "Query"],
    PAGES["sales"]: BOTH_PERIODS,
    PAGES["sales"] + "&granularity=month": BOTH_PERIODS,  # whole months from the calendar, the others by day
    PAGES["products"]: BOTH_PERIODS,
    PAGES["statistics"]: ["GetItem"] * 2,
    f"{PAGES['statistics']}?{PERIOD}": ["GetItem", *BOTH_PERIODS],  # population, days
    PAGES["cohorts"]: ["Query"],
    PAGES["overduereorders"]: [*["Query"] * len(GAP_CLASSES), "BatchGetItem", "BatchGetItem"],  # customers, products
    f"{PAGES['overduereorders']}?search=regular": ["Query", "BatchGetItem"] * 2,  # words, customers; rows, products
    f"{PAGES['overduereorders']}?segment=Active": [*["Query"] * len(GAP_CLASSES), "BatchGetItem", "BatchGetItem"],
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
    counted = {}
    for address in CALLS:
        calls.clear()
        assert boss.get(address).status_code == 200
        counted[address] = list(calls)
    assert counted == CALLS
