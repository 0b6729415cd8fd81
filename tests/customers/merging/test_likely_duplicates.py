"""Likely duplicates: what is proposed and why, what old rules joined or split, and that nothing changes by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from customers.lists.listing import Listing, customer_list
from customers.merging.duplicates import (
    duplicate_dismiss,
    duplicates_search,
    duplicates_search_if_due,
    open_duplicates,
)
from customers.merging.likeness import ContactFacts, OrderIdentity, likely_pairs, mixed_contacts
from customers.merging.models import LikelyDuplicate
from customers.merging.tasks import move_orders
from customers.tables import Contact
from packprod.readmodels.rebuild.verify import verify
from tests.packprod.readmodels.foreign_writer import ForeignWriter, plain_table


def contact(number: int, *, name: str = "", email: str = "", phone: str = "") -> ContactFacts:
    return ContactFacts(f"c{number}", name, email, phone, created_at=f"2025-01-0{number}")


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"phone": "+61 2 5550 1234"}, {"phone": "(02) 5550 1234"}, {"phone"}),
        ({"phone": "02 5550 1234"}, {"phone": "0061255501234"}, {"phone"}),
        ({"phone": "N/A"}, {"phone": "N/A"}, None),
        ({"phone": "5550 1234"}, {"phone": "5550 1234"}, None),  # no area code: anybody's
        ({"name": "Jane Doe", "email": "j@acme.example"}, {"name": "JANE DOE", "email": "jd@acme.example"}, {"name"}),
        ({"name": "Zoë Ng", "email": "z@acme.example"}, {"name": "zoe ng", "email": "zn@acme.example"}, {"name"}),
        ({"name": "Jane Doe", "email": "j@gmail.com"}, {"name": "Jane Doe", "email": "jd@gmail.com"}, None),
        ({"name": "Jane Doe", "email": "j@acme.example"}, {"name": "Jane Doe", "email": "j@box.example"}, None),
        ({"name": "Accounts", "email": "a@acme.example"}, {"name": "Accounts", "email": "b@acme.example"}, None),
        ({"email": "x@bücher.example"}, {"email": "x@xn--bcher-kva.example"}, {"email"}),
        ({"email": "Jane@Acme.example"}, {"email": "jane@acme.EXAMPLE"}, {"email"}),
        ({"email": "moss@acme.example"}, {"email": "moß@acme.example"}, None),
        ({"email": ""}, {"email": ""}, None),
    ],
)
def test_who_is_likely_one_customer(one: Any, other: Any, reasons: set[str] | None) -> None:
    found = likely_pairs([contact(2, **other), contact(1, **one)], country="AU")
    assert found == ({("c1", "c2"): reasons} if reasons else {})


def test_each_of_many_is_paired_with_the_oldest() -> None:
    found = likely_pairs([contact(number, phone="02 5550 1234") for number in (3, 1, 2)], country="AU")
    assert set(found) == {("c1", "c2"), ("c1", "c3")}


@pytest.mark.parametrize(
    ("orders", "texts"),
    [
        ([("A", "moss@x.example", ""), ("B", "moß@x.example", "")], ["moss@x.example", "moß@x.example"]),
        ([("A", "Jane@x.example", ""), ("B", "jane@X.example", "")], None),
        ([("A", "a@bücher.example", ""), ("A", "a@xn--bcher-kva.example", "")], None),
        ([("A", "", "N/A"), ("B", "", "N/A")], ["A", "B"]),  # strangers whom a word joined
        ([("A", "", "N/A"), ("a", "", "n/a")], None),
        ([("A", "", "02 5550 1234"), ("B", "", "+61255501234")], None),  # one phone, two names on the orders
        ([("A", "", "02 5550 1234"), ("A", "", "02 5550 9999")], ["02 5550 1234", "02 5550 9999"]),
        ([("A", "a@x.example", ""), ("A", "", "02 5550 1234")], None),
        ([("", "", "")], None),
    ],
)
def test_whose_orders_are_those_of_several(orders: list[tuple[str, str, str]], texts: list[str] | None) -> None:
    found = mixed_contacts((OrderIdentity("c1", *one) for one in orders), country="AU")
    assert found == ({"c1": texts} if texts else {})


@pytest.mark.django_db
def test_found_stored_dismissed_and_gone(
    imported: Any, make_order: Any, caught_up: Any, join: Any, now: Any, boss: Client, client_id: str
) -> None:
    people = [{"name": "Jane Doe", "email": email, "phone": "02 5550 1234"} for email in ("a@x.example", "b@x.example")]
    ids = [imported(make_order(f"D-{at}", customer=one))[0].outcome.contact_id for at, one in enumerate(people)]
    caught_up()
    assert duplicates_search(now=now) == 1
    row = LikelyDuplicate.objects.get()
    assert ({row.contact_id, row.other_id}, row.reasons) == (set(ids), ["name", "phone"])
    assert open_duplicates() == (1, 0)
    page = boss.get(f"/admin/customers/likelyduplicate/{row.pk}/change/").content.decode()
    assert "Same name and e-mail domain; Same phone number" in page
    assert "Compare and join" in page
    boss.post(f"/admin/customers/likelyduplicate/{row.pk}/dismiss/")
    assert duplicates_search(now=now) == 0  # it stays dismissed
    assert LikelyDuplicate.objects.get().decided_by
    assert duplicates_search_if_due(now=now + timedelta(hours=1)) is None
    assert duplicates_search_if_due(now=now + timedelta(hours=7)) == 0
    join(ids[1], ids[0])
    move_orders(ids[1])
    assert not LikelyDuplicate.objects.exists()
    assert duplicates_search(now=now) == 0  # joined ones are proposed no more
    assert not duplicate_dismiss(duplicate_id=row.pk, decided_by="anna", now=now)


@pytest.mark.django_db
def test_what_an_old_rule_joined_is_listed_and_parted_by_staff(
    client_id: str, caught_up: Any, now: Any, boss: Client
) -> None:
    writer = ForeignWriter(client_id)
    for name, email in (("one", "moss@x.example"), ("two", "moß@x.example")):
        writer.put(name, contact="mixed", customer={"name": name, "email": email})
    old = {"contactID": writer.contact_id("mixed"), "clientID": client_id, "email": "moss@x.example", "name": "Moss"}
    plain_table(Contact).put_item(Item=old)
    caught_up()
    assert duplicates_search(now=now) == 1
    row = LikelyDuplicate.objects.get()
    assert (row.contact_id, row.other_id, sorted(row.texts)) == (
        old["contactID"],
        "",
        ["moss@x.example", "moß@x.example"],
    )
    assert open_duplicates() == (0, 1)
    assert plain_table(Contact).get_item(Key={"contactID": old["contactID"]})["Item"] == old
    page = f"/admin/customers/likelyduplicate/{row.pk}/split/"
    asked = " ".join(boss.get(page).content.decode().split())
    assert "<dt>moß@x.example</dt><dd>1 order: to a new contact</dd>" in asked
    assert "<dt>moss@x.example</dt><dd>1 order: stay</dd>" in asked
    boss.post(page)
    caught_up()
    listed = customer_list(Listing(), search="", limit=9, position=None, now=now).page.items
    assert {(one["email"], int(one["orderCount"])) for one in listed} == {("moss@x.example", 1), ("moß@x.example", 1)}
    assert duplicates_search(now=now) == 0
    assert verify(settle=0) == []
    writer.delete_all()
