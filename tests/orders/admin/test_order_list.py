"""The list of orders: filters, search, sort, and pages that go forward and back while orders are written."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from tests.orders.foreign import put_order

pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/orders/order/"


def references(page: Any) -> list[str]:
    """The references shown, in order."""
    return [str(row) for row in page.context["cl"].result_list]


NEWEST_FIRST = ["ORD-7", "ORD-6", "ORD-5", "ORD-4", "ORD-3", "ORD-2", "ORD-1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", NEWEST_FIRST),
        ("o=2", NEWEST_FIRST[::-1]),
        ("status=shipped", ["ORD-7", "ORD-6"]),
        ("status=counted&amount_to=30", ["ORD-2", "ORD-1"]),
        ("from=2025-10-15&to=2025-10-16", ["ORD-3", "ORD-2"]),
        ("o=-total", NEWEST_FIRST),
        ("o=-6", NEWEST_FIRST),
        ("o=total", NEWEST_FIRST[::-1]),
        ("o=-total&amount_from=20&amount_to=50", ["ORD-5", "ORD-4", "ORD-3", "ORD-2"]),
        ("o=-total&q=brien", ["ORD-7", "ORD-5", "ORD-3", "ORD-1"]),
        ("o=total&status=received&source=n8n", ["ORD-1", "ORD-4", "ORD-5"]),
        ("segment=Dormant", NEWEST_FIRST),
        ("segment=VIP", []),
        ("q=*", []),
        ("amount_from=60", ["ORD-7", "ORD-6"]),
        ("source=PHONE", ["ORD-2"]),
        ("product=BOX-0", ["ORD-6", "ORD-3"]),
        ("q=ord-5", ["ORD-5"]),
        ("q=ANN@example.com", ["ORD-6", "ORD-4", "ORD-2"]),
        ("q=BOX-1", ["ORD-7", "ORD-4", "ORD-1"]),
        ("q=brien", ["ORD-7", "ORD-5", "ORD-3", "ORD-1"]),
        ("q=brien&product=BOX-1", ["ORD-7", "ORD-1"]),
        ("q=acme+ann&status=shipped", ["ORD-6"]),
        ("q=nobody", []),
        ("q=bob&o=created_at", ["ORD-1", "ORD-3", "ORD-5", "ORD-7"]),
    ],
)
def test_filters_search_and_sort(shop: None, boss: Client, query: str, expected: list[str]) -> None:
    assert references(boss.get(f"{LIST}?{query}")) == expected


@pytest.mark.parametrize(
    "days",
    [
        "date=last_7_days&to=2025-10-18",
        "date=today&from=2999-01-01",
        "amount_from=50&amount_to=20",
        "date=last_month&from=2999-01-01&amount_from=20",
    ],
)
def test_ranges_that_do_not_meet_hold_nothing(shop: None, boss: Client, days: str) -> None:
    for more in (
        "",
        "q=brien",
        "q=ORD",
        "q=ann@example.com",
        "status=shipped",
        "o=created_at",
        "o=-total",
        "segment=VIP",
    ):
        page = boss.get(f"{LIST}?{days}&{more}")
        assert (page.status_code, references(page), page.context["cl"].total) == (200, [], 0), more
        assert "No orders match" in page.content.decode()
        file: Any = boss.get(f"{LIST}export/orders/csv/?{days}&{more}")
        lines = b"".join(file.streaming_content).splitlines()
        assert len(lines) == 1, more


def test_a_page_kept_open_into_the_next_day_holds_nothing(
    shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    """Where it begins then lies before its range."""
    at = [now - timedelta(days=2)]
    monkeypatch.setattr("packprod.admin.model_admin.utc_now", lambda: at[0])
    monkeypatch.setattr("orders.admin.order_admin.OrderAdmin.list_per_page", 1)
    for name in ("", "&q=brien", "&status=shipped"):
        at[0] = now - timedelta(days=2)
        following = boss.get(f"{LIST}?date=last_7_days{name}").context["cl"].next_url
        at[0] += timedelta(days=30)
        assert references(boss.get(LIST + following)) == [], name


@pytest.mark.parametrize(
    "query", ["", "o=created_at", "status=received", "q=brien", "q=ORD", "q=BOX-1", "amount_to=50", "o=-total"]
)
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
    own_shop: None,
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
    "query",
    [
        "colour=red",
        "order_id__startswith=a",
        "from=yesterday",
        "from=0001-01-01",
        "to=9999-12-31",
        "amount_from=x",
        "date=ever",
        "segment=Everybody",
    ],
)
def test_what_it_does_not_know_is_never_ignored_in_silence(shop: None, boss: Client, query: str) -> None:
    answer = boss.get(f"{LIST}?{query}", follow=True)
    assert answer.redirect_chain == [(f"{LIST}?e=1", 302)]
    assert "Here is the whole list." in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", 7),
        ("status=received", 4),
        ("status=counted", 6),
        ("from=2025-10-15&to=2025-10-16", 2),
        ("amount_to=50", None),
    ],
)
def test_counts_are_true_or_not_shown(
    shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch, query: str, total: int | None
) -> None:
    monkeypatch.setattr("orders.admin.order_admin.OrderAdmin.list_per_page", 1)
    page = boss.get(f"{LIST}?{query}")
    assert page.context["cl"].total == total
    assert ("1–1 of more than 1 orders" in " ".join(page.content.decode().split())) == (total is None)
    second = boss.get(LIST + page.context["cl"].next_url).content.decode()
    assert (f"2–2 of {total}" in " ".join(second.split())) == (total is not None)
    assert " results" not in second


def test_parked_orders_are_found_with_their_reason(
    own_shop: None, boss: Client, caught_up: Callable[..., None]
) -> None:
    put_order(orderID="broken-1", orderReference="OLD-1", createdAt="yesterday")
    put_order(orderID="broken-2", orderReference="OLD-2", total="many")
    caught_up()
    assert "2 orders worth $14.00 parked: in no figure." in boss.get(LIST).content.decode()
    parked = boss.get(f"{LIST}?status=parked")
    assert sorted(references(parked)) == ["OLD-1", "OLD-2"]
    assert "createdAt is not an instant" in parked.content.decode()
    assert references(boss.get(f"{LIST}?status=parked&q=old-2")) == ["OLD-2"]
    page = boss.get(f"{LIST}broken-2/change/").content.decode()
    assert "total is not an amount of money: “many”." in page
    assert "&quot;many&quot;" in page
    answer = boss.get(f"{LIST}?status=parked&amount_to=3", follow=True)
    assert "Parked orders have no date" in answer.content.decode()


def test_an_empty_shop_says_so(boss: Client) -> None:
    page = boss.get(LIST).content.decode()
    assert "No orders yet" in page
    assert "No orders match" in boss.get(f"{LIST}?status=shipped").content.decode()


def test_a_filter_that_matches_hardly_anything_ends_a_page_early(
    shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packprod.readmodels.lists.pages.MAX_EXAMINED", 3)
    page = boss.get(f"{LIST}?source=phone")
    assert references(page) == []
    assert "Look further" in page.content.decode()
    assert "No orders match" not in page.content.decode()
    further = boss.get(LIST + page.context["cl"].next_url)
    assert references(further) == ["ORD-2"]


def test_narrow_screens_without_column_heads_can_sort_too(shop: None, boss: Client) -> None:
    cl = boss.get(f"{LIST}?o=-total&status=received").context["cl"]
    assert [(text, is_on) for text, _, is_on in cl.sort_choices] == [
        ("Date, descending", False),
        ("Date, ascending", False),
        ("Total, descending", True),
        ("Total, ascending", False),
    ]
    (upward,) = [url for text, url, _ in cl.sort_choices if text == "Total, ascending"]
    assert references(boss.get(LIST + upward)) == ["ORD-1", "ORD-2", "ORD-4", "ORD-5"]


def test_a_sort_that_is_still_being_built_says_so(client_id: str, boss: Client) -> None:
    put_order()
    answer = boss.get(f"{LIST}?o=-total")
    assert (answer.status_code, "This list is being built" in answer.content.decode()) == (503, True)
    assert boss.get(LIST).status_code == 200
