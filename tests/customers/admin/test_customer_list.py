"""The list of customers: segments as of today, filters by figures, sorts, counts, the rebuild action."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from customers.admin import customer_admin
from customers.cache_row import customer_id
from customers.importing.batch import orders_import
from customers.tables import ListedCustomer
from packprod.dates import utc_now
from packprod.readmodels.stream.catching_up import catch_up

pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/customers/customer/"


def names(page: Any) -> list[str]:
    """The customers shown, in order."""
    return [str(row) for row in page.context["cl"].result_list]


def arrive() -> None:
    """Three people as of the real present, which is what the pages show."""
    now = utc_now()
    orders = [("Ann", 200, "6000.00"), ("Bob", 40, "50.00"), ("Bob", 10, "70.00"), ("Cid", 3, "80.00")]
    payloads = [
        {
            "orderReference": f"ORD-{number}",
            "createdAt": (now - timedelta(days=days)).isoformat(),
            "customer": {"email": f"{name}@example.com", "name": name},
            "items": [{"productCode": "BOX", "quantity": 1, "unitPrice": price}],
        }
        for number, (name, days, price) in enumerate(orders)
    ]
    assert all(result.outcome for result in orders_import(payloads=payloads, now=now))
    catch_up(clock=lambda: now)


@pytest.fixture(scope="module")
def arrived(engine: None) -> str:
    """The clientID whose customers they are."""
    client_id = f"people-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        arrive()
    return client_id


@pytest.fixture
def people(arrived: str, settings: Any) -> None:
    """The test runs as their client, and leaves them as they were."""
    settings.PACKPROD_CLIENT_ID = arrived


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ann", "Bob", "Cid"]),
        ("o=name", ["Ann", "Bob", "Cid"]),
        ("o=-name", ["Cid", "Bob", "Ann"]),
        ("o=-last_order_date", ["Cid", "Bob", "Ann"]),
        ("o=-order_count&q=bob", ["Bob"]),
        ("segment=Dormant", ["Ann"]),
        ("segment=New", ["Cid"]),
        ("spend_from=80&spend_to=120", ["Bob", "Cid"]),
        ("spend_to=119.99", ["Cid"]),
        ("days_from=3&days_to=10", ["Bob", "Cid"]),
        ("days_from=11", ["Ann"]),
        ("days_from=11&o=-last_order_date", ["Ann"]),
        ("days_to=10&o=last_order_date", ["Bob", "Cid"]),
        ("spend_from=80.01&o=name", ["Ann", "Bob"]),
        ("segment=New&spend_from=100", []),
    ],
)
def test_filters_and_sorts(people: None, boss: Client, query: str, expected: list[str]) -> None:
    assert names(boss.get(f"{LIST}?{query}")) == expected


@pytest.mark.parametrize("query", ["", "spend_from=60", "o=last_order_date&days_to=300", "q=example"])
def test_pages_show_everybody_once(people: None, boss: Client, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    whole = names(boss.get(f"{LIST}?{query}"))
    monkeypatch.setattr("customers.admin.customer_admin.CustomerAdmin.list_per_page", 1)
    shown, url = [], f"{LIST}?{query}"
    while url:
        page = boss.get(url)
        shown += names(page)
        url = page.context["cl"].next_url and LIST + page.context["cl"].next_url
    assert shown == whole


def test_counts_by_segment_come_from_the_population(
    people: None, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.admin.customer_admin.CustomerAdmin.list_per_page", 1)
    totals = {query: boss.get(f"{LIST}?{query}").context["cl"].total for query in ("", "segment=New", "spend_from=80")}
    assert totals == {"": 3, "segment=New": 1, "spend_from=80": None}


def test_rebuilding_says_what_was_found_and_mends_it(
    people: None, boss: Client, staff_with: Callable[..., Client]
) -> None:
    (row,) = boss.get(f"{LIST}?q=bob").context["cl"].result_list
    form = {"action": "rebuild", "_selected_action": [row.pk]}
    assert "every figure agrees" in boss.post(LIST, form, follow=True).content.decode()
    ListedCustomer(customer_id(row.pk)).update(actions=[ListedCustomer.order_count.set(99)])
    viewer = staff_with("customers.view_customer")
    viewer.post(LIST, form)
    page, button = f"{LIST}{row.pk}/change/", f"{LIST}{row.pk}/rebuild/"
    assert viewer.post(button).status_code == 403
    assert button not in viewer.get(page).content.decode()
    assert boss.get(f"{LIST}?q=bob").context["cl"].result_list[0].metrics.order_count == 99
    assert "1 row differed" in boss.post(LIST, form, follow=True).content.decode()
    assert boss.get(f"{LIST}?q=bob").context["cl"].result_list[0].metrics.order_count == 2
    assert "rows differed" in boss.get(f"{LIST}{row.pk}/history/").content.decode()
    assert button in boss.get(page).content.decode()
    assert boss.get(button).status_code == 405
    ListedCustomer(customer_id(row.pk)).update(actions=[ListedCustomer.order_count.set(99)])
    answer = boss.post(button, follow=True)
    assert answer.redirect_chain[0][0] == page
    assert "1 row differed" in answer.content.decode()
    assert boss.get(f"{LIST}?q=bob").context["cl"].result_list[0].metrics.order_count == 2


def test_rebuilding_many_is_told_in_one_line(people: None, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = boss.get(LIST).context["cl"].result_list
    form = {"action": "rebuild", "_selected_action": [row.pk for row in rows]}

    def messages_shown() -> list[str]:
        return [str(one) for one in boss.post(LIST, form, follow=True).context["messages"]]

    assert messages_shown() == ["3 customers rebuilt, 0 differed."]
    for row in rows[:2]:
        ListedCustomer(customer_id(row.pk)).update(actions=[ListedCustomer.order_count.set(99)])
    monkeypatch.setattr(customer_admin, "NAMED", 1)
    (line,) = messages_shown()
    assert line.startswith("3 customers rebuilt, 2 differed from the orders, and agree now: ")
    assert line.endswith(": 1 row differed; and 1 more.")
