"""Contacts are found by the index as they were by reading all of them, and no contact is made twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from customers.contact_index import freshness, keys, services
from customers.contact_index.keys import email_key
from customers.contact_index.selectors import read_keys
from customers.contact_index.tables import ContactKey
from customers.services import contact_edit
from customers.tables import Contact
from packprod.dynamodb import writes
from packprod.dynamodb.reads import get
from packprod.dynamodb.streams import Record
from tests.orders.foreign import delete_row, put_row

Import = Callable[..., Any]
Legacy = Callable[..., dict[str, Any]]
ODD = "Mary@Example.COM"
PHONE = "02 5550 1234"


@pytest.mark.usefixtures("no_scan")
@pytest.mark.parametrize("stored", [ODD, "  MARY@example.com ", '"mary"@example.com'])
def test_an_odd_spelling_from_before_the_sweep(import_for: Import, legacy: Legacy, sweep: Any, stored: str) -> None:
    row = legacy(email=stored)
    sweep()
    outcome = import_for(email="mary@example.com")
    assert (outcome.contact_id, outcome.contact_created) == (row["contactID"], False)


@pytest.mark.usefixtures("no_scan")
@pytest.mark.parametrize("fields", [{"email": ODD}, {"email": "mary@example.com"}, {"phone": "(02) 5550-1234"}])
def test_what_others_wrote_a_moment_ago(import_for: Import, legacy: Legacy, sweep: Any, fields: dict[str, str]) -> None:
    sweep()
    import_for(email="somebody@example.com")  # this process has read the stream before
    row = legacy(**fields)
    customer = {"email": "mary@example.com"} if "email" in fields else {"phone": "+61255501234"}
    assert import_for(**customer).contact_id == row["contactID"]


def test_what_others_wrote_a_moment_ago_is_missed_without_reading_the_stream(
    import_for: Import, legacy: Legacy, sweep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep()
    monkeypatch.setattr(
        "customers.importing.contacts.look_for_changes",
        lambda since: freshness.Sight(is_current=True, has_changed=False),
    )
    row = legacy(email=ODD)
    assert import_for(email="mary@example.com").contact_id != row["contactID"]


@pytest.mark.usefixtures("no_scan")
def test_where_the_stream_is_not_read_in_a_request_the_consumer_keeps_the_index(
    import_for: Import, legacy: Legacy, sweep: Any, caught_up: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Amazon."""
    monkeypatch.setattr(freshness, "must_settle", lambda: False)
    sweep()
    row = legacy(email=ODD, phone=PHONE)
    caught_up()
    assert import_for(email="mary@example.com").contact_id == row["contactID"]
    assert import_for(phone="+61255501234").contact_id == row["contactID"]


@pytest.mark.usefixtures("no_scan")
def test_where_nobody_follows_the_stream_the_tables_own_index_is_read_too(
    import_for: Import, legacy: Legacy, sweep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "must_settle", lambda: False)
    monkeypatch.setattr(freshness, "is_followed", lambda now: False)
    monkeypatch.setattr(freshness._Follower, "fresh_until", 0.0)
    sweep()
    row = legacy(email="mary@example.com")
    assert import_for(email="mary@example.com").contact_id == row["contactID"]


@pytest.mark.usefixtures("no_scan")
def test_the_spelling_that_we_store_comes_first_then_the_oldest(import_for: Import, legacy: Legacy, sweep: Any) -> None:
    oldest = legacy(email=ODD, createdAt="2018-01-01T00:00:00Z")
    legacy(email="MARY@example.com", createdAt="2019-01-01T00:00:00Z")
    sweep()
    assert import_for(email="mary@example.com").contact_id == oldest["contactID"]
    exact = legacy(email="mary@example.com", createdAt="2021-01-01T00:00:00Z")
    sweep()
    assert import_for(email="mary@example.com").contact_id == exact["contactID"]


@pytest.mark.usefixtures("no_scan")
def test_rows_of_others_are_not_in_it(import_for: Import, legacy: Legacy, sweep: Any) -> None:
    row = legacy(email=ODD, phone=PHONE, clientID="other-client")
    sweep()
    assert import_for(email="mary@example.com").contact_id != row["contactID"]
    assert import_for(phone=PHONE).contact_created


@pytest.mark.usefixtures("no_scan")
def test_a_phone_is_that_of_the_contact_without_an_email_else_of_the_only_one(
    import_for: Import, legacy: Legacy, sweep: Any
) -> None:
    sweep()
    office = import_for(email="office@example.com", phone=PHONE)
    assert import_for(phone="+61255501234").contact_id == office.contact_id
    alone = legacy(phone="(02) 5550-1234")
    assert import_for(phone=PHONE).contact_id == alone["contactID"]


@pytest.mark.usefixtures("no_scan")
def test_a_phone_that_several_share_is_none_of_theirs(import_for: Import, sweep: Any) -> None:
    sweep()
    shared = {import_for(email=f"{name}@example.com", phone=PHONE).contact_id for name in ("ann", "bob")}
    first = import_for(phone=PHONE)
    assert first.contact_created
    assert first.contact_id not in shared


@pytest.mark.usefixtures("no_scan")
def test_a_phone_that_an_import_fills_in_finds_the_contact(import_for: Import, legacy: Legacy, sweep: Any) -> None:
    row = legacy(email=ODD)
    sweep()
    import_for(email="mary@example.com", phone=PHONE)
    assert import_for(phone="+61255501234").contact_id == row["contactID"]


@pytest.mark.usefixtures("no_scan")
def test_what_staff_change_is_found_at_once(import_for: Import, sweep: Any, now: Any) -> None:
    sweep()
    contact_id = import_for(email="mary@example.com").contact_id
    seen = {"email": "mary@example.com"}
    contact_edit(
        contact_id=contact_id,
        seen=seen,
        fields={"name": "", "company": "", "email": "ann@example.com", "phone": PHONE},
        now=now,
    )
    assert import_for(email="ann@example.com").contact_id == contact_id
    assert import_for(phone=PHONE).contact_id == contact_id
    assert import_for(email="mary@example.com").contact_id != contact_id


@pytest.mark.usefixtures("no_scan")
def test_a_contact_that_moved_on_is_found_under_its_new_address_only(
    import_for: Import, legacy: Legacy, sweep: Any, caught_up: Callable[[], None]
) -> None:
    row = legacy(email=ODD)
    sweep()
    put_row(Contact, row | {"email": "Ann@Example.com"})
    assert import_for(email="mary@example.com").contact_created
    assert import_for(email="ann@example.com").contact_id == row["contactID"]
    caught_up()
    assert "contactIDs" not in read_keys([email_key("mary@example.com")])[email_key("mary@example.com")]


@pytest.mark.usefixtures("no_scan")
def test_a_deleted_contact_comes_back_as_a_new_one(import_for: Import, legacy: Legacy, sweep: Any) -> None:
    row = legacy(email=ODD)
    sweep()
    delete_row(Contact, row["contactID"])
    assert import_for(email="mary@example.com").contact_created


def test_an_email_of_more_contacts_than_the_index_holds_is_looked_up_as_before(
    import_for: Import, legacy: Legacy, sweep: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "_HAS_ROOM", services.has_room(2))
    rows = [legacy(email=ODD, createdAt=f"201{year}-01-01T00:00:00Z") for year in (5, 3, 4)]
    sweep()
    assert read_keys([email_key("mary@example.com")])[email_key("mary@example.com")]["crowded"]
    assert import_for(email="mary@example.com").contact_id == rows[1]["contactID"]


def test_a_stream_of_keys_alone_is_enough(import_for: Import, legacy: Legacy, sweep: Any) -> None:
    row = legacy(email=ODD)
    raw = {"dynamodb": {"StreamViewType": "KEYS_ONLY", "Keys": {"contactID": {"S": row["contactID"]}}}}
    services.contact_changes_index([Record("1", None, None, raw)])
    assert read_keys([email_key("mary@example.com")])[email_key("mary@example.com")]["contactIDs"] == {row["contactID"]}


@pytest.mark.usefixtures("no_scan")
@pytest.mark.parametrize("customer", [{"email": "new@example.com"}, {"phone": PHONE}], ids=("email", "phone"))
def test_twenty_orders_at_once_of_a_new_customer_make_one_contact(
    sweep: Any, imported: Callable[..., Any], make_order: Callable[..., Any], customer: dict[str, str]
) -> None:
    sweep()
    with ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(imported, make_order(f"R-{n}", customer=customer)) for n in range(20)]
    outcomes = [call.result()[0].outcome for call in calls]
    assert len({one.contact_id for one in outcomes}) == 1
    assert sum(one.contact_created for one in outcomes) == 1


def test_another_country_makes_other_phone_numbers(
    settings: Any, sweep: Any, import_for: Import, legacy: Legacy
) -> None:
    """Until the sweep has been through, all contacts are read again."""
    sweep()
    row = legacy(phone="030 1234567")
    settings.PACKPROD_COUNTRY = "DE"
    assert import_for(phone="+49 30 1234567").contact_id == row["contactID"]
    assert keys.present_rule().endswith("DE")


@pytest.mark.parametrize("checked_again", [True, False])
def test_what_becomes_right_while_it_is_removed_stays(
    legacy: Legacy, sweep: Any, monkeypatch: pytest.MonkeyPatch, checked_again: bool
) -> None:
    """The other product gives the contact its address back between the look and the removal."""
    row = legacy(email="Ann@Example.com")
    key = email_key("mary@example.com")
    services.entries_add([(key, row["contactID"])])
    write = writes.write

    def in_between(operation: Any) -> None:
        put_row(Contact, row | {"email": ODD})
        write(operation)

    with monkeypatch.context() as patch:
        patch.setattr(services, "write", in_between)
        if not checked_again:
            patch.setattr(services, "contacts_of", lambda ids: {})
        services.entries_remove([(key, row["contactID"])])
    assert ("contactIDs" in (get(ContactKey, *key) or {})) is checked_again
