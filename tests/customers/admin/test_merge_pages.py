"""Joining customers in the admin: who may, what the preview says, what is left, the way back, the history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from customers.merging.services import contact_orders_sweep
from orders.contact_aliases import alias_rows, effective_contact
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
PAGE = "/admin/customers/customer/"
MAY_MERGE = ("customers.view_customer", "customers.merge_customer")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis is away, as in all tests; and nobody waits for other processes."""
    monkeypatch.setattr("customers.admin.merging.aliases_spread", lambda: None)


@pytest.fixture
def pair(imported: Any, make_order: Any, caught_up: Callable[[], None]) -> tuple[str, str]:
    """Jane with two orders, and Jim with one."""
    jane = {"name": "Jane Doe", "email": "jane@acme.example", "company": "Acme Corp", "phone": "+61 2 5550 1234"}
    jim = {"name": "Jim Beam", "email": "jim@box.example"}
    results = imported(
        make_order("A-1", customer=jane), make_order("A-2", customer=jane), make_order("A-3", customer=jim)
    )
    caught_up()
    return results[0].outcome.contact_id, results[2].outcome.contact_id


def page(client: Client, address: str, **parameters: str) -> str:
    answer = client.get(address, parameters, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_both_beside_each_other_and_what_they_are_together(pair: tuple[str, str], boss: Client) -> None:
    jane, jim = pair
    assert "jim@box.example" in page(boss, f"{PAGE}{jane}/merge/", q="beam")
    shown = page(boss, f"{PAGE}{jane}/merge/", **{"with": jim})
    assert "Jane Doe" in shown
    assert "Jim Beam" in shown
    assert "<td>2</td><td>1</td><td>3</td>" in shown  # orders
    assert "<td>$30.00</td><td>$15.00</td><td>$45.00</td>" in shown
    assert f'value="{jane}" required checked' in shown  # the one with more orders is suggested


def test_joined_and_parted_with_their_history(pair: tuple[str, str], boss: Client, now: Any) -> None:
    jane, jim = pair
    answer = boss.post(f"{PAGE}{jane}/merge/?with={jim}", {"left": jim})
    assert answer["Location"] == f"{PAGE}{jim}/change/"
    contact_orders_sweep(now=now)
    assert effective_contact(jane) == jim
    assert boss.get(f"{PAGE}{jane}/change/")["Location"] == f"{PAGE}{jim}/change/"
    shown = page(boss, f"{PAGE}{jim}/change/")
    assert "Joined contacts" in shown
    assert "Jane Doe" in shown
    for contact_id in pair:
        assert "joined with" in page(boss, f"{PAGE}{contact_id}/history/")
    assert "Part two customers?" in page(boss, f"{PAGE}{jim}/part/", contact=jane)
    boss.post(f"{PAGE}{jim}/part/?contact={jane}")
    contact_orders_sweep(now=now)
    assert alias_rows() == []
    assert "Joined contacts" not in page(boss, f"{PAGE}{jim}/change/")
    for contact_id in pair:
        assert "parted from" in page(boss, f"{PAGE}{contact_id}/history/")


def test_only_those_with_the_right_may_join(pair: tuple[str, str], staff_with: MakeStaff) -> None:
    jane, jim = pair
    may, may_not = staff_with(*MAY_MERGE, name="may"), staff_with("customers.view_customer", name="may-not")
    assert "Join with another" in page(may, f"{PAGE}{jane}/change/")
    assert "Join with another" not in page(may_not, f"{PAGE}{jane}/change/")
    for address in (f"{PAGE}{jane}/merge/?with={jim}", f"{PAGE}{jane}/part/?contact={jim}"):
        assert may_not.get(address).status_code == may_not.post(address, {"left": jane}).status_code == 403
    assert alias_rows() == []


@pytest.mark.parametrize(
    ("address", "left"),
    [
        ("{jane}/merge/?with={jane}", "{jane}"),  # with itself: the search
        ("{jane}/merge/?with=nobody", "{jane}"),
        ("nobody/merge/?with={jane}", "{jane}"),
        ("{jane}/merge/?with={jim}", ""),
        ("{jane}/merge/?with={jim}", "somebody"),
        ("{jane}/part/?contact={jim}", ""),
        ("{jane}/part/", ""),
        ("{jane}/merge/?with=%2A", "*"),
    ],
)
def test_what_cannot_be_joined_joins_nothing(address: str, left: str, pair: tuple[str, str], boss: Client) -> None:
    names = dict(zip(("jane", "jim"), pair, strict=True))
    answer = boss.post(PAGE + address.format(**names), {"left": left.format(**names)}, follow=True)
    assert answer.status_code == 200
    assert alias_rows() == []
