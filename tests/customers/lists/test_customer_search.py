"""Search: every word a prefix of a word of name, e-mail or company, by whichever plan."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest

from customers.cache_row import is_readable, metrics_from_row
from customers.lists.filter import found_by
from customers.lists.listing import Listing, customer_list
from packprod.readmodels.lists import search_index
from packprod.readmodels.lists.search_query import search_query
from packprod.text import MAX_WORDS, WORD_LENGTH, matches, query_words, words
from tests.customers.shop import NOW, Person, naive_list, whole_list

EVERYBODY = 1_000


def found(search: str, **listing: Any) -> list[str]:
    return whole_list(Listing(**listing), search=search, limit=7)


def who(people: list[Person], **parts: str) -> set[str]:
    """The contacts whose attributes hold these texts, case counting."""
    return {one.contact_id for one in people if all(text in getattr(one, name) for name, text in parts.items())}


def test_case_and_accents_do_not_matter(shop: list[Person]) -> None:
    emiles = who(shop, plain_name="emile")
    assert emiles
    for typed in ("émile", "EMILE", "Émile", "e\u0301mile", "emi", "é"):
        assert set(found(typed)) >= emiles, typed
    assert set(found("emile")) == emiles
    assert set(found("SØREN")) == set(found("soren")) == who(shop, plain_name="soren")
    assert set(found("lukasz muller")) == who(shop, plain_name="lukasz", name="Müller")


@pytest.mark.parametrize(("typed", "last_name"), [("o'brien", "o'brien"), ("brien", "o'brien"), ("jon", "smith-jones")])
def test_parts_of_names(shop: list[Person], typed: str, last_name: str) -> None:
    assert set(found(typed)) == who(shop, plain_name=last_name)


def test_the_inside_of_a_word_is_not_its_start(shop: list[Person]) -> None:
    assert found("mile") == found("rien") == []


def test_emails_whole_and_in_parts(shop: list[Person]) -> None:
    person = shop[17]
    for typed in (person.email, person.email.upper(), person.email.split("@")[0], "p17", person.email[:-4]):
        assert found(typed) == [person.contact_id], typed
    assert set(found("mail1.example")) == set(found("mail1")) == who(shop, email="@mail1.")


def test_companies(shop: list[Person]) -> None:
    assert set(found("acme")) == set(found("ACME co")) == who(shop, company="Acme")
    assert set(found("angstrom pack")) == who(shop, company="Ångström")


def test_words_are_all_needed_in_any_order(shop: list[Person]) -> None:
    expected = who(shop, plain_name="anna", company="Acme")
    assert expected
    assert set(found("acme anna")) == set(found("  anna   corp ")) == expected
    assert found("anna nobody") == []


def test_none_found(shop: list[Person]) -> None:
    page = customer_list(Listing(), search="qqq", limit=10, position=None, now=NOW).page
    assert (page.items, page.next_position, page.total) == ([], None, 0)


@pytest.mark.parametrize("search", ["", "   ", "\t"])
def test_nothing_asked_is_everybody(shop: list[Person], search: str) -> None:
    assert found(search) == naive_list(shop, Listing())


@pytest.mark.parametrize(("segment_name", "sort"), list(product(("", "Dormant"), ("name", "totalSpend"))))
def test_both_plans_find_the_same(
    shop: list[Person], monkeypatch: pytest.MonkeyPatch, segment_name: str, sort: str
) -> None:
    """A rare word is looked up in the index, a common one by walking the list."""
    for search in ("a", "acme s", "p4", "qqq", "corp n e"):
        monkeypatch.setattr(search_index, "FEW", EVERYBODY)
        looked_up = found(search, segment_name=segment_name, sort=sort)
        monkeypatch.setattr(search_index, "FEW", 1)
        assert found(search, segment_name=segment_name, sort=sort) == looked_up, search
        in_order = naive_list(shop, Listing(segment_name, sort))
        assert looked_up == [one for one in in_order if one in set(looked_up)]


def test_the_plan_may_change_between_two_pages(shop: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    listing = Listing(sort="name")
    first = customer_list(listing, search="a", limit=3, position=None, now=NOW).page
    monkeypatch.setattr(search_index, "FEW", 1)
    second = customer_list(listing, search="a", limit=200, position=first.next_position, now=NOW).page
    together = [row["contactID"] for row in (*first.items, *second.items)]
    assert together == whole_list(listing, search="a")


EMAIL = "Maria.José-O’Neil+tag@sub.x.com.au"


def test_a_query_finds_every_tail_of_a_word() -> None:
    typed = ("maria.jose-o'neil", "josé", "o'neil", "O’NEIL", "neil+tag", "tag@sub", "sub.x", "com.au", "au", "@sub")
    for query in (*typed, "(maria", "\"o'neil", "& maria", "- @com.au"):
        assert query_words(query), query
        assert matches(query_words(query), [EMAIL]), query
    for query in ("eil", "m.au", "x.au", "ose"):
        assert not matches(query_words(query), [EMAIL]), query


def test_words_are_bounded() -> None:
    many = words("@".join(["long" * 50, *(f"p{number}" for number in range(500))]), "-- !? ·")
    assert len(many) == MAX_WORDS
    assert {len(word) for word in many} == {WORD_LENGTH}
    assert words("-- !? ·") == query_words(" \t") == []
    assert query_words("-- !? ·") == ["-"]  # the start of no word


def test_what_the_index_holds_is_found_from_the_middle_of_a_word(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., Any]
) -> None:
    [result] = imported(make_order(customer={"name": "D’Arcy", "email": "m@sub.x.com.au"}))
    caught_up()
    for query in ("@sub", "com.au", "d'arcy", "D‘ARCY", "arcy"):
        page = customer_list(Listing(), search=query, limit=10, position=None, now=NOW).page
        assert [row["contactID"] for row in page.items] == [result.outcome.contact_id], query


def test_a_row_without_a_phone_is_no_damaged_one(shop: list[Person]) -> None:
    """The version before wrote none."""
    [row] = customer_list(Listing(), search=shop[17].email, limit=2, position=None, now=NOW).page.items
    del row["phone"]
    assert is_readable(row)
    assert metrics_from_row(row).phone == ""
    assert found_by(row, search_query(shop[17].email))


def test_a_customer_is_found_by_the_present_phone_only(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[..., Any]
) -> None:
    phones = ("02 5550 1234", "0412 345 678")
    imported(
        *(
            make_order(f"P-{at}", createdAt=f"2025-10-0{at + 1}T00:00:00Z", customer={"email": "p@x.com", "phone": one})
            for at, one in enumerate(phones)
        )
    )
    caught_up()

    def number_found(text: str) -> int | None:
        return customer_list(Listing(), search=text, limit=9, position=None, now=NOW).page.total

    contact_keeps_its_first_number = [number_found(text) for text in phones]
    assert contact_keeps_its_first_number == [1, 0]
