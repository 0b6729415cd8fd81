"""The list of orders: filters, search, sort, and pages that go forward and back while orders are written."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

LIST = "/admin/orders/order/"


def references(page: Any) -> list[str]:
    """The references shown, in order."""
    return [str(face) for face in page.context["cl"].result_list]


@pytest.fixture
def shop(make_order: Callable[..., Any], imported: Callable[..., Any], caught_up: Callable[..., None]) -> None:
    """Seven orders, one a day from 14 to 20 October."""
    people = [("ann@example.com", "Ann Ng", "Acme Corp"), ("bob@example.com", "Bob O'Brien", "Boxes & Co.")]
    for number in range(1, 8):
        email, name, company = people[number % 2]
        imported(
            make_order(
                f"ORD-{number}",
                createdAt=f"2025-10-{13 + number}T10:30:00Z",
                customer={"email": email, "name": name, "company": company},
                items=[{"productCode": f"BOX-{number % 3}", "quantity": number, "unitPrice": "10.00"}],
                status="cancelled" if number == 3 else "shipped" if number > 5 else "received",
                source="phone" if number == 2 else "n8n",
            )
        )
    caught_up()


NEWEST_FIRST = ["ORD-7", "ORD-6", "ORD-5", "ORD-4", "ORD-3", "ORD-2", "ORD-1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", NEWEST_FIRST),
        ("o=1", NEWEST_FIRST[::-1]),
        ("status=shipped", ["ORD-7", "ORD-6"]),
        ("status=counted&amount_to=30", ["ORD-2", "ORD-1"]),
        ("from=2025-10-15&to=2025-10-16", ["ORD-3", "ORD-2"]),
        ("amount_from=60", ["ORD-7", "ORD-6"]),
        ("source=PHONE", ["ORD-2"]),
        ("product=BOX-0", ["ORD-6", "ORD-3"]),
        ("q=ord-5", ["ORD-5"]),
        ("q=ANN@example.com", ["ORD-6", "ORD-4", "ORD-2"]),
        ("q=BOX-1", ["ORD-7", "ORD-4", "ORD-1"]),
        ("q=brien", ["ORD-7", "ORD-5", "ORD-3", "ORD-1"]),
        ("q=acme+ann&status=shipped", ["ORD-6"]),
        ("q=nobody", []),
        ("q=bob&o=1", ["ORD-1", "ORD-3", "ORD-5", "ORD-7"]),
    ],
)
def test_filters_search_and_sort(shop: None, boss: Client, query: str, expected: list[str]) -> None:
    assert references(boss.get(f"{LIST}?{query}")) == expected


@pytest.mark.parametrize("query", ["", "o=1", "status=received", "q=brien", "q=ORD", "q=BOX-1", "amount_to=50"])
def test_pages_forward_and_back_show_every_order_once(
    shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    whole = references(boss.get(f"{LIST}?{query}"))
    monkeypatch.setattr("orders.admin.order_admin.OrderAdmin.list_per_page", 2)
    pages, url = [], f"{LIST}?{query}"
    while url:
        page = boss.get(url)
        pages.append((references(page), page.context["cl"]))
        url = page.context["cl"].next_url and LIST + page.context["cl"].next_url
    assert [one for shown, _ in pages for one in shown] == whole
    for (shown, _), (_, behind) in pairwise(pages):
        assert references(boss.get(LIST + behind.previous_url)) == shown


def test_writes_between_pages_neither_repeat_nor_lose_an_order(
    shop: None,
    boss: Client,
    monkeypatch: pytest.MonkeyPatch,
    make_order: Callable[..., Any],
    imported: Callable[..., Any],
) -> None:
    monkeypatch.setattr("orders.admin.order_admin.OrderAdmin.list_per_page", 3)
    first = boss.get(LIST)
    imported(make_order("ORD-8", createdAt="2025-10-21T00:00:00Z"))
    second = boss.get(LIST + first.context["cl"].next_url)
    assert references(second) == ["ORD-4", "ORD-3", "ORD-2"]
    back = boss.get(LIST + second.context["cl"].previous_url)
    assert references(back) == ["ORD-8", "ORD-7", "ORD-6"]


def test_a_page_of_another_list_is_not_shown(shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.admin.order_admin.OrderAdmin.list_per_page", 2)
    (page,) = re.findall(r"p=([^&]+)", boss.get(LIST).context["cl"].next_url)
    for url in (f"{LIST}?status=received&p={page}", f"{LIST}?p={page}x", f"{LIST}?p=2"):
        answer = boss.get(url, follow=True)
        assert "belongs to another list" in answer.content.decode()
        assert "p=" not in answer.redirect_chain[-1][0]


@pytest.mark.parametrize(
    "query", ["colour=red", "order_id__startswith=a", "from=yesterday", "amount_from=x", "date=ever"]
)
def test_what_it_does_not_know_is_never_ignored_in_silence(shop: None, boss: Client, query: str) -> None:
    answer = boss.get(f"{LIST}?{query}", follow=True)
    assert answer.redirect_chain == [(f"{LIST}?e=1", 302)]
    assert "Here is the whole list." in answer.content.decode()
