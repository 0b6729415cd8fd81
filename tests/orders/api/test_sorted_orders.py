"""GET /api/orders by total, and of the customers of a segment."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from customers.importing.batch import orders_import
from packprod.dates import format_instant, utc_now
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.stream.catching_up import catch_up
from tests.orders.foreign import put_order

pytestmark = pytest.mark.usefixtures("unthrottled")
PEOPLE = {  # by e-mail: days since each order, and the price of a piece
    "vip@example.com": ([3, 40, 200], "2000"),
    "active@example.com": ([2, 90], "5"),
    "new@example.com": ([1], "7"),
    "dormant@example.com": ([181, 300], "9999"),
}


def open_shop() -> None:
    """A customer of each segment of the present client, today."""
    record_built()
    now = utc_now()
    payloads = [
        {
            "orderReference": f"{email[:2]}-{days}",
            "createdAt": format_instant(now - timedelta(days=days)),
            "customer": {"email": email, "company": "Acme Corp"},
            "items": [{"productCode": "BOX", "quantity": 1 + days % 2, "unitPrice": price}],
            "status": "cancelled" if days == 40 else "received",
        }
        for email, (ages, price) in PEOPLE.items()
        for days in ages
    ]
    orders_import(payloads=payloads, now=now)
    catch_up(clock=utc_now)


@pytest.fixture(scope="module")
def opened(engine: None) -> str:
    """The clientID of one shop for all tests that only read it."""
    client_id = f"sorted-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        open_shop()
    return client_id


@pytest.fixture
def everybody(opened: str, settings: Any) -> None:
    """The test runs as the shop's client, and must write nothing."""
    settings.PACKPROD_CLIENT_ID = opened


def rows(reader: Client, query: str = "") -> list[dict[str, Any]]:
    """Every page of two, together."""
    found, cursor = [], ""
    while cursor is not None:
        answer = reader.get(f"/api/orders?limit=2&{query}{cursor and f'&cursor={cursor}'}")
        assert answer.status_code == 200, answer.content
        found += answer.json()["data"]
        cursor = answer.json()["pagination"]["nextCursor"]
    return found


def test_by_total_from_either_end(reader: Client, everybody: None) -> None:
    totals = [row["total"] for row in rows(reader)]
    assert [row["total"] for row in rows(reader, "sort=total")] == sorted(totals, reverse=True)
    assert [row["total"] for row in rows(reader, "sort=total&order=asc")] == sorted(totals)
    dates = [row["createdAt"] for row in rows(reader)]
    assert dates == sorted(dates, reverse=True)
    assert [row["createdAt"] for row in rows(reader, "sort=createdAt&order=asc")] == sorted(dates)


def test_one_customers_orders_and_files_are_in_the_sort_asked_for(reader: Client, everybody: None) -> None:
    (customer,) = reader.get("/api/customers?search=vip").json()["data"]
    path = f"/api/customers/{customer['contactID']}/orders?sort=total&order=asc"
    totals = [row["total"] for row in reader.get(path).json()["data"]]
    assert totals == sorted(totals)
    assert len(totals) == 3
    answer: Any = reader.get("/api/orders?sort=total&format=csv")
    file = b"".join(answer.streaming_content)
    cells = [row["Reference"] for row in csv.DictReader(io.StringIO(file.decode("utf-8-sig")))]
    assert cells == [row["orderReference"] for row in rows(reader, "sort=total")]


def test_a_cursor_belongs_to_its_sort(reader: Client, everybody: None) -> None:
    made = reader.get("/api/orders?limit=2&sort=total").json()["pagination"]["nextCursor"]
    for other in ("", "sort=total&order=asc", "sort=createdAt", "sort=total&segment=VIP"):
        assert reader.get(f"/api/orders?{other}&cursor={made}").status_code == 400


@pytest.mark.parametrize("query", ["sort=size", "order=up", "segment=vip", "segment=Everybody"])
def test_other_words_are_refused_by_name(reader: Client, query: str) -> None:
    answer = reader.get(f"/api/orders?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == query.partition("=")[0]


@pytest.mark.parametrize("few", [20, 0])
def test_a_segment_is_that_of_the_customer_now(
    reader: Client, everybody: None, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read from the lists of its few customers, or from the list of all orders."""
    monkeypatch.setattr("orders.lists.listing.FEW_CONTACTS", few)
    everyone = rows(reader)
    segments = {one["contactID"]: one["segment"] for one in reader.get("/api/customers").json()["data"]}
    assert sorted(segments.values()) == ["Active", "Dormant", "New", "VIP"]
    for segment in segments.values():
        by_hand = [row["orderID"] for row in everyone if segments[row["contactID"]] == segment]
        assert [row["orderID"] for row in rows(reader, f"segment={segment}")] == by_hand
        by_total = {row["orderID"] for row in rows(reader, f"segment={segment}&sort=total")}
        assert by_total == set(by_hand)
    assert {row["status"] for row in rows(reader, "segment=VIP")} == {"received", "cancelled"}
    narrowed = rows(reader, "segment=VIP&status=received&from=2020-01-01&search=vi-2")
    assert [row["orderReference"] for row in narrowed] == ["vi-200"]


def test_an_order_changes_its_list_with_its_customer(
    reader: Client, client_id: str, caught_up: Callable[[], None]
) -> None:
    open_shop()
    (before,) = rows(reader, "segment=New")
    put_order(contactID=before["contactID"], createdAt=format_instant(utc_now()), total="6000")
    caught_up()
    assert rows(reader, "segment=New") == []
    assert before["orderID"] in {row["orderID"] for row in rows(reader, "segment=VIP")}


def test_a_list_that_is_still_being_built_is_a_503(reader: Client, client_id: str) -> None:
    put_order()
    answer = reader.get("/api/orders?sort=total")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "list_being_built")
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("search", ["*", "***", "* %", "&", "_", "—", "\u0301", "ﾞ", "*" * 300])
def test_a_search_without_a_letter_or_digit_finds_nobody(reader: Client, everybody: None, search: str) -> None:
    for path in ("customers", "orders", "products"):
        answer = reader.get(f"/api/{path}", {"search": search})
        assert (answer.json()["data"], answer.json()["pagination"]["nextCursor"]) == ([], None), path


@pytest.mark.parametrize("search", ["", " ", "\t "])
def test_a_blank_search_is_none(reader: Client, everybody: None, search: str) -> None:
    for path, number in (("customers", 4), ("orders", 8), ("products", 1)):
        assert len(reader.get(f"/api/{path}", {"search": search}).json()["data"]) == number, path


def test_signs_beside_words_do_not_matter(reader: Client, everybody: None) -> None:
    assert len(reader.get("/api/customers", {"search": "acme & vip"}).json()["data"]) == 1
