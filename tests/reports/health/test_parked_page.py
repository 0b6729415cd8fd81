"""The page of parked orders: why, how many, what they are worth; the remedies, each for who may use it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from customers.tasks import assign_parked_orders
from orders.selectors import order_item
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.tasks import summarise_buckets
from tests.orders.foreign import put_order
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
PAGE = "/admin/reports/datahealth/parked/"
VIEW = "reports.view_datahealth"
WITHOUT = "contactID is missing: the order belongs to no customer"
Caught = Callable[[], None]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What workers were woken for."""
    sent: list[Any] = []
    for task in (assign_parked_orders, summarise_buckets):
        monkeypatch.setattr(task, "apply_async", lambda arguments, **options: sent.append(arguments))
    return sent


@pytest.fixture
def parked(caught_up: Caught) -> list[str]:
    """Two orders without a customer, one without a date."""
    rows = [
        put_order(contactID=None, customerEmail="a@example.com", customerName="Ann", total="1200.50"),
        put_order(contactID=None, total="34.005"),
        put_order(createdAt="yesterday", currency="EUR"),
    ]
    caught_up()
    return [row["orderID"] for row in rows]


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page(boss: Client, parked: list[str]) -> None:
    page = text_of(boss.get(PAGE))
    assert "3 orders worth $1,234.51 in no figure. 1 have no amount that can be read." in page
    assert all(
        text in page for text in (WITHOUT, "createdAt is not an instant with an offset", "$1,234.51", "not known")
    )
    health = boss.get("/api/health/data").json()["data"]["checks"]
    check = next(one for one in health if one["name"] == "parked")
    assert (check["state"], check["value"]) == ("amber", "3, worth $1,234.51")
    assert check["figures"]["reasons"][0] == {"reason": WITHOUT, "orders": 2, "amount": 1234.51, "unreadable": 0}
    assert PAGE in text_of(boss.get("/admin/reports/datahealth/"))


def test_the_overview_says_what_is_missing(boss: Client, parked: list[str]) -> None:
    """Of all time, on the page and in the API, whatever the period."""
    found = boss.get("/api/reports/overview?from=2020-01-01&to=2020-01-31").json()["data"]["parked"]
    assert (found["orders"], found["amount"], found["unreadable"]) == (3, 1234.51, 1)
    assert [one["orders"] for one in found["reasons"]] == [2, 1]
    page = text_of(boss.get("/admin/reports/overview/"))
    assert "Parked: 3 orders worth $1,234.51 in no figure" in page
    assert f'href="{PAGE}"' in page
    rows = text_of_stream(boss.get("/api/reports/overview?format=csv"))
    assert f"Parked orders,,{WITHOUT},Orders,2" in rows


def text_of_stream(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def test_nothing_is_parked(boss: Client, caught_up: Caught) -> None:
    caught_up()
    assert "None: every order can be used." in text_of(boss.get(PAGE))
    assert "Parked:" not in text_of(boss.get("/admin/reports/overview/"))
    assert boss.get("/api/reports/overview").json()["data"]["parked"] == {
        "orders": 0,
        "amount": 0,
        "unreadable": 0,
        "reasons": [],
    }


def test_orders_are_given_their_customers(boss: Client, parked: list[str], woken: list[Any], caught_up: Caught) -> None:
    question = text_of(boss.get(PAGE + "assign/"))
    assert "1 order worth $1,200.50 say who ordered, but name no customer." in question
    assert "contactID" not in order_item(parked[0])
    boss.post(PAGE + "assign/")
    assert woken == [("user boss",)]
    assign_parked_orders(*woken.pop())
    caught_up()
    assert order_item(parked[0])["updatedBy"] == "user boss"
    assert {one.order_id for one in parked_orders()} == set(parked[1:])


def test_all_are_read_again(boss: Client, parked: list[str], woken: list[Any]) -> None:
    assert "3 orders read again; 3 cannot be used yet." in text_of(boss.post(PAGE + "read/", follow=True))
    assert woken
    assert boss.get(PAGE + "read/").status_code == 405


def test_the_file(boss: Client, parked: list[str]) -> None:
    lines = text_of_stream(boss.get(PAGE + "file/")).splitlines()
    assert len(lines) == 4
    line = next(one for one in lines if parked[0] in one)
    assert all(text in line for text in (WITHOUT, "1200.50", "Ann", "a@example.com"))


def test_rights(staff_with: MakeStaff, parked: list[str], woken: list[Any]) -> None:
    nobody, viewer = staff_with(name="nobody"), staff_with(VIEW, name="viewer")
    assert nobody.get(PAGE).status_code == 403
    page = text_of(viewer.get(PAGE))
    assert not any(f"{PAGE}{name}/" in page for name in ("read", "assign", "file"))
    assert [viewer.post(f"{PAGE}{name}/").status_code for name in ("read", "assign", "file")] == [403] * 3
    orders = ("orders.view_order", "orders.export_order")
    for name, rights in (
        ("read", ("reports.rebuild_datahealth",)),
        ("assign", ("orders.change_order",)),
        ("file", orders),
    ):
        assert staff_with(*rights, name=f"no-{name}").post(f"{PAGE}{name}/").status_code == 403
        allowed = staff_with(VIEW, *rights, name=name)
        assert f"{PAGE}{name}/" in text_of(allowed.get(PAGE))
        assert allowed.post(f"{PAGE}{name}/").status_code in (200, 302)
