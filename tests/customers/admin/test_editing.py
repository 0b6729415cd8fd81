"""Contact data edited by staff, or by the other product straight in its table, show in lists and in the search."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from customers.lists.listing import Listing, customer_list
from customers.services import contact_edit
from customers.tables import Contact
from packprod.dynamodb.reads import get
from packprod.errors import EditConflict, InvalidInput, NotFound
from packprod.readmodels.rebuild.verify import verify
from tests.packprod.readmodels.foreign_writer import plain_table
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
PAGE = "/admin/customers/customer/"
SEEN = {"name": "Jane Doe", "email": "jane@acme.example", "company": "Acme Corp", "phone": ""}


@pytest.fixture
def jane(imported: Any, make_order: Any, caught_up: Callable[[], None]) -> str:
    """A customer with one order, whose contact's row has an attribute of the other product."""
    customer = {name: value for name, value in SEEN.items() if value}
    contact_id = str(imported(make_order("A-1", customer=customer))[0].outcome.contact_id)
    caught_up()
    _write(contact_id, "SET tier = :value", {":value": "gold"})
    return contact_id


def _write(contact_id: str, expression: str, values: dict[str, Any], **names: Any) -> None:
    plain_table(Contact).update_item(
        Key={"contactID": contact_id}, UpdateExpression=expression, ExpressionAttributeValues=values, **names
    )


def found(search: str, now: Any) -> list[str]:
    """The names that the customers' list shows."""
    page = customer_list(Listing(), search=search, limit=10, position=None, now=now).page
    return [row["name"] for row in page.items]


def test_staff_edit_and_it_shows_at_once(jane: str, boss: Client, now: Any) -> None:
    fields = {"name": "Jane Roe", "email": "Jane.Roe@acme.example", "company": "", "phone": "+61 2 5550 1234"}
    seen = {f"seen_{name}": value for name, value in SEEN.items()}
    answer = boss.post(f"{PAGE}{jane}/edit/", fields | seen)
    assert answer["Location"] == f"{PAGE}{jane}/change/"
    assert found("", now) == ["Jane Roe"]
    assert found("jane.roe@acme", now) == ["Jane Roe"]
    row = get(Contact, jane) or {}
    assert (row["name"], row["email"], row.get("company"), row["tier"]) == (
        "Jane Roe",
        "jane.roe@acme.example",
        None,
        "gold",
    )
    assert "Contact data changed: name, e-mail, company, phone." in boss.get(f"{PAGE}{jane}/history/").content.decode()
    assert verify(settle=0) == []


def test_changes_by_the_other_product_are_followed(jane: str, caught_up: Callable[[], None], now: Any) -> None:
    names = {"ExpressionAttributeNames": {"#name": "name"}}
    _write(jane, "SET #name = :value", {":value": "Renamed by CRM"}, **names)
    assert [one.row for one in verify(settle=0)] != []  # until the stream is followed
    caught_up()
    assert found("renamed", now) == ["Renamed by CRM"]
    assert verify(settle=0) == []
    plain_table(Contact).update_item(Key={"contactID": jane}, UpdateExpression="REMOVE #name", **names)
    caught_up()
    assert found("", now) == ["Jane Doe"]  # the order's name again
    assert verify(settle=0) == []


@pytest.mark.parametrize("value", [17, None, True, ["a"], "", "  ", "\u200b", b"x"])
def test_odd_values_of_the_other_product_say_nothing(
    value: Any, jane: str, caught_up: Callable[[], None], now: Any
) -> None:
    names = {"ExpressionAttributeNames": {"#name": "name"}}
    _write(jane, "SET #name = :value", {":value": value}, **names)
    caught_up()
    assert found("", now) == ["Jane Doe"]
    assert verify(settle=0) == []


def test_a_very_long_name_is_cut(jane: str, caught_up: Callable[[], None], now: Any) -> None:
    _write(jane, "SET #name = :value", {":value": "x" * 5_000}, ExpressionAttributeNames={"#name": "name"})
    caught_up()
    assert found("", now) == ["x" * 200]


def test_a_contact_that_goes_to_another_client_says_nothing_more(
    jane: str, caught_up: Callable[[], None], now: Any
) -> None:
    names = {"ExpressionAttributeNames": {"#name": "name"}}
    _write(jane, "SET #name = :value, clientID = :other", {":value": "Theirs", ":other": "somebody-else"}, **names)
    caught_up()
    assert found("", now) == ["Jane Doe"]
    with pytest.raises(NotFound):
        contact_edit(contact_id=jane, seen=SEEN, fields=SEEN, now=now)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "a b@acme.example"),
        ("email", "@acme.example"),
        ("phone", "N/A"),
        ("phone", "12"),
        ("name", "x" * 201),
        ("company", "x" * 201),
        ("email", "taken@acme.example"),
    ],
)
def test_what_is_refused(field: str, value: str, jane: str, imported: Any, make_order: Any, now: Any) -> None:
    imported(make_order("B-1", email="taken@acme.example"))
    with pytest.raises(InvalidInput) as refused:
        contact_edit(contact_id=jane, seen=SEEN, fields=SEEN | {field: value}, now=now)
    assert refused.value.problems[0].field == field
    assert (get(Contact, jane) or {})["email"] == "jane@acme.example"


def test_an_edit_of_what_somebody_changed_meanwhile_writes_nothing(jane: str, now: Any) -> None:
    _write(jane, "SET phone = :value", {":value": "+61 2 5550 9999"})
    with pytest.raises(EditConflict):
        contact_edit(contact_id=jane, seen=SEEN, fields=SEEN | {"name": "Janet"}, now=now)
    assert (get(Contact, jane) or {})["name"] == "Jane Doe"


def test_only_those_with_the_right_may_edit(jane: str, staff_with: MakeStaff) -> None:
    may, may_not = (
        staff_with("customers.view_customer", "customers.edit_customer", name="may"),
        staff_with("customers.view_customer", name="may-not"),
    )
    assert "jane@acme.example" in may.get(f"{PAGE}{jane}/edit/").content.decode()
    assert may_not.get(f"{PAGE}{jane}/edit/").status_code == 403
    assert may_not.post(f"{PAGE}{jane}/edit/", SEEN).status_code == 403
