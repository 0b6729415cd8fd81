"""A report that would say the same again is neither computed nor sent: 304 for whoever names its ETag."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from packprod.readmodels.rebuild.definitions import record_built

pytestmark = pytest.mark.usefixtures("unthrottled")
PERIOD = "from=2025-10-01&to=2025-10-31"
REPORTS = [
    f"/api/reports/overview?{PERIOD}",
    f"/api/reports/overview?{PERIOD}&segment=New",
    f"/api/reports/products?{PERIOD}",
    f"/api/reports/sales?{PERIOD}",
    f"/api/reports/sales?{PERIOD}&segment=New",
    f"/api/reports/sales?{PERIOD}&product=BOX-A4",
    "/api/reports/statistics",
    f"/api/reports/statistics?{PERIOD}",
]


@pytest.fixture
def shop(imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., None]) -> None:
    imported(make_order("A"), make_order("B", email="ann@example.com"))
    caught_up()


def again(reader: Client, address: str, etag: str) -> int:
    return reader.get(address, headers={"If-None-Match": etag}).status_code


@pytest.mark.parametrize("address", REPORTS)
def test_the_same_report_is_not_sent_again(
    address: str,
    reader: Client,
    shop: None,
    imported: Callable[..., Any],
    make_order: Callable[..., Any],
    caught_up: Callable[..., None],
) -> None:
    answer = reader.get(address)
    etag = answer["ETag"]
    assert etag.startswith('W/"')
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
    unchanged = reader.get(address, headers={"If-None-Match": f'"other", {etag}'})
    assert (unchanged.status_code, unchanged.content, unchanged["ETag"]) == (304, b"", etag)
    assert again(reader, address, '"other"') == 200
    assert reader.get(address)["ETag"] == etag

    imported(make_order("C"))
    caught_up()
    assert again(reader, address, etag) == 200
    newer = reader.get(address)["ETag"]
    assert newer != etag
    assert again(reader, address, newer) == 304


def test_every_parameter_makes_another_report(reader: Client, shop: None) -> None:
    addresses = [*REPORTS, f"/api/reports/sales?{PERIOD}&compare=year", f"/api/reports/sales?{PERIOD}&granularity=week"]
    assert len({reader.get(address)["ETag"] for address in addresses}) == len(addresses)


def test_a_new_name_makes_another_overview(
    reader: Client, imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., None]
) -> None:
    """Of a customer who is named in it, although no figure changes and no version of one."""
    order = make_order("A", customer={"email": "ann@example.com"})
    imported(order)
    caught_up()
    etags = {address: reader.get(address)["ETag"] for address in (REPORTS[0], REPORTS[2])}
    imported(order | {"customer": {"email": "ann@example.com", "name": "Ann Miller"}}, on_conflict="update")
    caught_up()
    assert again(reader, REPORTS[2], etags[REPORTS[2]]) == 304
    answer = reader.get(REPORTS[0], headers={"If-None-Match": etags[REPORTS[0]]})
    assert answer.status_code == 200
    assert b"Ann Miller" in answer.content


def test_who_may_not_see_customers_gets_another_overview(
    reader: Client, shop: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = reader.get(REPORTS[0])["ETag"]
    monkeypatch.setattr("reports.overview.api._names_customers", lambda request: False)
    answer = reader.get(REPORTS[0], headers={"If-None-Match": etag})
    assert answer.status_code == 200
    assert b"topCustomers" not in answer.content


def test_a_rebuild_that_is_due_is_said_in_any_case(reader: Client, shop: None, settings: Any) -> None:
    """Figures may be those of old rules, which only `meta` says."""
    record_built()
    etag = reader.get(REPORTS[3])["ETag"]
    settings.PACKPROD_VIP_SPEND = 1
    assert again(reader, REPORTS[3], etag) == 200


def test_files_have_no_etag(reader: Client, shop: None) -> None:
    assert "ETag" not in reader.get(f"{REPORTS[2]}&format=csv")
