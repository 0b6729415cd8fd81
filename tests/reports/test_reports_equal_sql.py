"""Reports, products and lists of a product's orders equal plain SQL over the same orders: a quick cut of the bench's
scenario `exactness`, which does it for a real shop and for 50,000 orders."""

import json
from datetime import date
from typing import Any

import pytest
from pytest_django import Settings

from bench.exactness.comparing import differences
from bench.exactness.facts import Facts
from bench.order_rows import as_json, last_versions
from customers.demo import demo_imports
from packprod.dates import business_date

ORDERS = 80
RANGES = 12


@pytest.mark.parametrize("zone", ["Australia/Sydney", "America/New_York"])
def test_everything_equals_sql(
    zone: str, settings: Settings, client_id: str, imported: Any, caught_up: Any, now: Any
) -> None:
    settings.PACKPROD_TIME_ZONE = zone
    payloads = [one.payload for one in demo_imports(orders=ORDERS, today=date(2025, 10, 23))]
    for start in range(0, len(payloads), 100):
        imported(*payloads[start : start + 100], on_conflict="update")
    caught_up()
    lines = [json.dumps(as_json(row)) for row in last_versions(payloads, client_id=client_id)]
    facts = Facts(lines, zone=zone)
    assert list(differences(facts, ranges=RANGES, seed=1, now=now, today=business_date(now))) == []
    wrong = Facts(lines[:-1], zone=zone)  # an order fewer, and the comparison would notice
    assert next(differences(wrong, ranges=RANGES, seed=1, now=now, today=business_date(now)), None)
