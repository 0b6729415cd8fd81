"""Which contact an order belongs to, in a table that another product keeps too."""

import unicodedata
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pytest_django import Settings

from customers.contact_index.keys import derived_contact_id
from customers.tables import Contact
from orders.order import OrderCustomer
from orders.selectors import order_item
from packprod.dynamodb.reads import get
from tests.orders.foreign import delete_row, put_row

Import = Callable[..., Any]


@pytest.fixture
def import_for(imported: Callable[..., Any], make_order: Callable[..., Any]) -> Import:
    """Imports one order of a customer and gives the outcome."""

    def run(**customer: str) -> Any:
        (result,) = imported(make_order(f"R-{uuid.uuid4().hex}", customer=customer))
        return result.outcome

    return run


@pytest.fixture
def legacy(client_id: str) -> Callable[..., dict[str, Any]]:
    """Puts a contact of the other product with the plain client."""

    def put(**fields: Any) -> dict[str, Any]:
        row = {"contactID": f"legacy-{uuid.uuid4()}", "clientID": client_id, "createdAt": "2020-01-01T00:00:00Z"}
        return put_row(Contact, {name: value for name, value in (row | fields).items() if value is not None})

    return put


def test_a_new_contact_keeps_what_is_known(import_for: Import, client_id: str) -> None:
    outcome = import_for(email="New@Example.com", name="New", phone="5550 1234")
    assert outcome.contact_created
    assert get(Contact, outcome.contact_id) == {
        "contactID": outcome.contact_id,
        "clientID": client_id,
        "email": "new@example.com",
        "name": "New",
        "phone": "5550 1234",
        "createdAt": "2025-10-23T08:15:30Z",
        "updatedAt": "2025-10-23T08:15:30Z",
    }


@pytest.mark.parametrize("stored", ["mary@example.com", "Mary@Example.COM", "  MARY@example.com "])
def test_a_legacy_contact_is_used_whatever_the_case_of_its_email(
    import_for: Import, legacy: Import, stored: str
) -> None:
    row = legacy(email=stored, name="Mary", reviews={"stars": 5}, tags=["a"], company="", phone=None)
    outcome = import_for(email=" mary@EXAMPLE.com", name="Maria", company="Acme", phone="555")
    assert (outcome.contact_id, outcome.contact_created) == (row["contactID"], False)
    filled = {"company": "Acme", "phone": "555", "updatedAt": "2025-10-23T08:15:30Z"}
    assert get(Contact, row["contactID"]) == row | filled


def test_a_contact_with_nothing_to_fill_is_not_touched(import_for: Import, legacy: Import) -> None:
    row = legacy(email="mary@example.com", name="Mary", company="Old", phone="1")
    import_for(email="mary@example.com", name="Other", company="Other", phone="2")
    assert get(Contact, row["contactID"]) == row


@pytest.mark.parametrize("empty", [None, "", 0, False, [], {}])
def test_whatever_stands_for_empty_never_keeps_an_order_out(import_for: Import, legacy: Import, empty: Any) -> None:
    legacy(email="mary@example.com", name=empty)
    assert import_for(email="mary@example.com", name="Mary").created


def test_a_null_is_filled(import_for: Import, legacy: Import) -> None:
    row = legacy(email="mary@example.com")
    put_row(Contact, row | {"name": None})
    import_for(email="mary@example.com", name="Mary")
    assert (get(Contact, row["contactID"]) or {})["name"] == "Mary"


@pytest.mark.parametrize("other_client", ["other-client", None])
def test_rows_of_others_with_the_same_email_are_neither_used_nor_changed(
    import_for: Import, legacy: Import, other_client: str | None
) -> None:
    for email in ("mary@example.com", "Mary@example.com"):
        row = legacy(email=email, clientID=other_client)
        outcome = import_for(email="mary@example.com", name="Mary")
        assert outcome.contact_id != row["contactID"]
        assert get(Contact, row["contactID"]) == row


@pytest.mark.parametrize("email", ["mary@example.com", "MARY@example.com"])
def test_of_two_rows_with_one_email_the_oldest_is_used(import_for: Import, legacy: Import, email: str) -> None:
    legacy(email=email, createdAt="2021-05-05T00:00:00Z")
    oldest = legacy(email=email, createdAt="2019-05-05T00:00:00Z")
    legacy(email=email, createdAt="2020-05-05T00:00:00Z")
    assert import_for(email="mary@example.com").contact_id == oldest["contactID"]


def test_a_phone_alone_is_a_customer(import_for: Import) -> None:
    first = import_for(phone="+61 2 5550 1234", name="Pat")
    again = import_for(phone="+61 (2) 5550-1234")
    other = import_for(phone="+61 2 5550 1235")
    assert (again.contact_id, again.contact_created) == (first.contact_id, False)
    assert other.contact_id != first.contact_id
    assert "email" not in (get(Contact, first.contact_id) or {})


SPELLINGS = (
    *("+61 2 5550 1234", "02 5550 1234", "(02) 5550-1234", "0255501234", "61255501234", "0061 2 5550 1234"),
    *(
        "+61 (0)2 5550 1234",
        "tel:+61-2-5550-1234",
        "０２ ５５５０ １２３４",
        "02\u20115550\u20111234",
        "02\u00a05550.1234\u200e",
    ),
)


def test_one_number_in_any_spelling_is_one_contact(import_for: Import) -> None:
    outcomes = [import_for(phone=spelling) for spelling in SPELLINGS]
    assert len({one.contact_id for one in outcomes}) == 1
    assert [one.contact_created for one in outcomes].count(True) == 1


def test_what_is_no_number_joins_nobody(
    imported: Callable[..., Any], make_order: Callable[..., Any], client_id: str
) -> None:
    """Before, the second stranger whose phone was N/A became the first one."""
    orders = [make_order(f"R-{n}", customer={"name": f"Stranger {n}", "phone": "N/A"}) for n in range(2)]
    for result in imported(*orders):
        assert [(one.field, one.code) for one in result.problems] == [("customer.phone", "invalid_phone")]
    with_email = make_order("R-3", customer={"email": "known@example.com", "phone": "N/A"})
    assert imported(with_email)[0].outcome.created


@pytest.mark.parametrize("typed", ["0255501234", "61255501234", "0061255501234", "255501234", "610255501234"])
@pytest.mark.parametrize("spelling", ["+61 2 5550 1234", "(02) 5550 1234"])
def test_a_contact_that_the_old_rule_made_of_the_digits_as_typed_is_found(
    import_for: Import, client_id: str, typed: str, spelling: str
) -> None:
    contacts = uuid.uuid5(uuid.NAMESPACE_DNS, "contacts.packprod")
    old = str(uuid.uuid5(contacts, f"{client_id}\x1fphone:{typed}"))  # as up to the commit before
    put_row(Contact, {"contactID": old, "clientID": client_id, "phone": typed, "name": "Pat"})
    outcome = import_for(phone=spelling)
    assert (outcome.contact_id, outcome.contact_created) == (old, False)


def test_of_several_contacts_that_the_old_rule_made_of_one_number_the_oldest_is_used(
    import_for: Import, client_id: str
) -> None:
    contacts = uuid.uuid5(uuid.NAMESPACE_DNS, "contacts.packprod")
    ids = [str(uuid.uuid5(contacts, f"{client_id}\x1fphone:{digits}")) for digits in ("0255501234", "61255501234")]
    for at, one in enumerate(ids):
        put_row(Contact, {"contactID": one, "clientID": client_id, "createdAt": f"202{5 - at}-01-01T00:00:00Z"})
    assert {import_for(phone=spelling).contact_id for spelling in SPELLINGS} == {ids[1]}


def test_a_contact_of_the_other_product_with_that_phone_and_no_email_is_used(
    import_for: Import, legacy: Import
) -> None:
    legacy(phone="02 5550 1234", email="office@example.com")
    row = legacy(phone="(02) 5550-1234", name="Pat")
    outcome = import_for(phone="+61255501234")
    assert (outcome.contact_id, outcome.contact_created) == (row["contactID"], False)


def test_a_contact_with_an_email_is_known_by_its_phone_too(import_for: Import, legacy: Import) -> None:
    row = legacy(phone="02 5550 1234", email="office@example.com")
    for spelling in SPELLINGS:
        outcome = import_for(phone=spelling)
        assert (outcome.contact_id, outcome.contact_created) == (row["contactID"], False)


def test_a_phone_stored_in_digits_of_another_script_is_found(import_for: Import, legacy: Import) -> None:
    row = legacy(phone="０２ ５５５０ １２３４")
    assert import_for(phone="+61 2 5550 1234").contact_id == row["contactID"]


def test_a_phone_that_several_contacts_share_is_none_of_theirs(import_for: Import, legacy: Import) -> None:
    shared = {legacy(phone="02 5550 1234", email=f"{name}@example.com")["contactID"] for name in ("ann", "bob")}
    first = import_for(phone="+61 2 5550 1234")
    assert first.contact_created
    assert first.contact_id not in shared
    assert import_for(phone="0255501234").contact_id == first.contact_id


def test_a_contact_whose_phone_has_changed_since_is_another_customer(import_for: Import) -> None:
    first = import_for(phone="02 5550 1234").contact_id
    put_row(Contact, (get(Contact, first) or {}) | {"phone": "02 5550 9999"})
    fresh = import_for(phone="+61 2 5550 1234")
    assert fresh.contact_created
    assert fresh.contact_id != first
    assert import_for(phone="0255501234").contact_id == fresh.contact_id


def test_a_sharp_s_is_another_person_and_the_address_is_stored_as_it_is(import_for: Import) -> None:
    moss, sharp = import_for(email="Moss@example.com"), import_for(email="MOß@example.com")
    assert sharp.contact_id != moss.contact_id
    assert (get(Contact, sharp.contact_id) or {})["email"] == "moß@example.com"
    assert import_for(email="moß@example.com").contact_id == sharp.contact_id


@pytest.mark.parametrize(
    "typed",
    [
        *("info@bücher.example", "Info@BÜCHER.example", "info@xn--bcher-kva.example", "info@bu\u0308cher.example"),
        *("info@bücher\u3002example", "\u200binfo@bücher.example", '"info"@bücher.example'),
    ],
)
def test_a_domain_in_unicode_and_in_ascii_are_one(import_for: Import, typed: str) -> None:
    first = import_for(email="info@xn--bcher-kva.example")
    assert import_for(email=typed).contact_id == first.contact_id
    assert (get(Contact, first.contact_id) or {})["email"] == "info@xn--bcher-kva.example"


@pytest.mark.parametrize("stored", ["info@bücher.example", "Info@Bücher.Example", "info@XN--BCHER-KVA.example"])
def test_a_contact_stored_under_the_old_form_of_a_domain_is_found(
    import_for: Import, legacy: Import, stored: str
) -> None:
    row = legacy(email=stored, name="Info")
    assert import_for(email="info@bücher.example", name="Info").contact_id == row["contactID"]
    assert get(Contact, row["contactID"]) == row


def test_an_old_contact_with_its_domain_in_unicode_costs_no_scan(
    import_for: Import, legacy: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = legacy(email="info@bücher.example")
    monkeypatch.setattr("customers.importing.contacts._contacts", lambda: pytest.fail("all contacts were read"))
    assert import_for(email="info@bücher.example").contact_id == row["contactID"]


def test_an_order_keeps_what_was_typed(import_for: Import) -> None:
    row = order_item(import_for(email="Info@Bücher.example").order_id)
    assert row["customer"] == {"email": "info@xn--bcher-kva.example", "typedEmail": "Info@Bücher.example"}
    plain = order_item(import_for(email=" John@Example.com").order_id)
    assert plain["customer"] == {"email": "john@example.com"}


def test_a_deleted_contact_comes_back(import_for: Import) -> None:
    first = import_for(email="mary@example.com")
    delete_row(Contact, first.contact_id)
    again = import_for(email="mary@example.com")
    assert (again.contact_id, again.contact_created) == (first.contact_id, True)


def test_the_ids_of_two_clients_never_meet(import_for: Import, client_id: str, settings: Settings) -> None:
    customer = OrderCustomer(name="", email="mary@example.com", company="", phone="")
    ours = import_for(email="mary@example.com").contact_id
    assert ours == derived_contact_id(customer)
    settings.PACKPROD_CLIENT_ID = f"{client_id}-2"
    assert ours != derived_contact_id(customer)


CARD = {"name": "Mary", "company": "Acme", "phone": "555"}


def test_an_order_row_has_what_only_its_contact_knows(import_for: Import, legacy: Import) -> None:
    legacy(email="mary@example.com", **CARD)
    row = order_item(import_for(email="mary@example.com", company="Own Pty").order_id)
    assert row["customer"] == CARD | {"email": "mary@example.com", "company": "Own Pty"}


@pytest.mark.parametrize("odd", [5, None, "", {"first": "Mary"}])
def test_only_text_of_a_contact_goes_into_the_row(import_for: Import, legacy: Import, odd: Any) -> None:
    legacy(email="mary@example.com", name=odd, phone=" " + "5" * 300)
    row = order_item(import_for(email="mary@example.com").order_id)
    assert row["customer"] == {"email": "mary@example.com", "phone": "5" * 200}


@pytest.mark.parametrize("blank", [{}, {"name": "", "company": None}])
def test_what_was_taken_from_the_contact_is_no_conflict_when_the_order_comes_again(
    imported: Callable[..., Any], make_order: Callable[..., Any], legacy: Import, blank: dict[str, Any]
) -> None:
    legacy(email="mary@example.com", **CARD)
    order = make_order(customer={"email": "mary@example.com"} | blank)
    imported(order)
    (again,) = imported(order)
    assert (again.error, again.outcome.updated) == (None, False)
    (replaced,) = imported(order | {"tax": "1"}, on_conflict="update")
    assert order_item(replaced.outcome.order_id)["customer"] == CARD | {"email": "mary@example.com"}


def test_what_an_earlier_order_of_the_call_told_of_a_contact_is_known_to_the_next(
    imported: Callable[..., Any], make_order: Callable[..., Any], legacy: Import
) -> None:
    legacy(email="mary@example.com")
    full, bare = {"email": "mary@example.com", **CARD}, {"email": "mary@example.com"}
    _, last = imported(make_order("R-1", customer=full), make_order("R-2", customer=bare))
    assert order_item(last.outcome.order_id)["customer"] == full


def test_a_contact_of_ours_that_got_another_email_is_not_that_customer_any_more(import_for: Import) -> None:
    moved = import_for(email="mary@example.com").contact_id
    put_row(Contact, (get(Contact, moved) or {}) | {"email": "ann@example.com"})
    fresh = import_for(email="mary@example.com")
    assert fresh.contact_created
    assert fresh.contact_id != moved
    assert import_for(email="mary@example.com").contact_id == fresh.contact_id
    assert import_for(email="ann@example.com").contact_id == moved
    put_row(Contact, (get(Contact, fresh.contact_id) or {}) | {"clientID": "other-client"})
    third = import_for(email="mary@example.com")
    assert third.contact_created
    assert third.contact_id not in (moved, fresh.contact_id)


@pytest.mark.parametrize("email", [" MARY@example.com", " "])
def test_a_contact_of_ours_stays_that_customer_where_its_email_is_only_written_differently(
    import_for: Import, email: str
) -> None:
    first = import_for(email="mary@example.com").contact_id
    put_row(Contact, (get(Contact, first) or {}) | {"email": email})
    assert import_for(email="mary@example.com").contact_id == first


def test_the_new_contact_for_an_email_that_moved_on_is_made_once_by_all_at_once(
    import_for: Import, imported: Callable[..., Any], make_order: Callable[..., Any]
) -> None:
    moved = import_for(email="mary@example.com").contact_id
    put_row(Contact, (get(Contact, moved) or {}) | {"email": "ann@example.com"})
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(imported, make_order(f"R-{n}", email="mary@example.com")) for n in range(8)]
    outcomes = [call.result()[0].outcome for call in calls]
    assert len({one.contact_id for one in outcomes}) == 1
    assert [one.contact_created for one in outcomes].count(True) == 1


def test_composed_and_decomposed_letters_are_one_email(import_for: Import, legacy: Import) -> None:
    composed, decomposed = (unicodedata.normalize(form, "josé@example.com") for form in ("NFC", "NFD"))
    first = import_for(email=decomposed)
    assert import_for(email=composed).contact_id == first.contact_id
    assert (get(Contact, first.contact_id) or {})["email"] == composed
    row = legacy(email=unicodedata.normalize("NFD", "Zoë@example.com"))
    assert import_for(email="zoë@example.com").contact_id == row["contactID"]
