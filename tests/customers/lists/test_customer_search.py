"""Search: every word a prefix of a word of name, e-mail or company, by whichever plan."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest

from customers.cache_row import is_readable, metrics_from_row
from customers.lists.filter import found_by
from customers.lists.listing import SORTS, Listing, customer_list
from packprod.dynamodb import client
from packprod.readmodels.lists import search_index, searching
from packprod.readmodels.lists.search_query import contact_words, search_query
from packprod.readmodels.rebuild.definitions import record_built
from packprod.text import MAX_WORDS, WORD_LENGTH, matches, query_words, words
from tests.customers.shop import NOW, Person, naive_list, whole_list

EVERYBODY = 1_000


@contextmanager
def counted_engine_calls() -> Iterator[list[tuple[str, int]]]:
    """The calls to the engine inside the block: operation and items read."""
    calls: list[tuple[str, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        call = client.call

        def counting(operation: str, **parameters: Any) -> dict[str, Any]:
            answer = call(operation, **parameters)
            rows = answer.get("Items") or [row for some in answer.get("Responses", {}).values() for row in some]
            calls.append((operation, len(rows)))
            return answer

        patch.setattr("packprod.dynamodb.reads.call", counting)
        yield calls


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


def plain_search(people: list[Person], search: str, listing: Listing) -> list[str]:
    """Everybody in order, and of these whom the words find."""
    known = {one.contact_id: contact_words(one.name, one.email, one.company, "") for one in people}
    query = search_query(search)
    return [one for one in naive_list(people, listing) if query.finds_words(known[one])]


@pytest.mark.parametrize("segment_name", ["", "VIP"])
@pytest.mark.parametrize(("rare", "dense", "few"), [(1, 1, 600), (1, 10**6, 600), (3, 2, 5), (1, 1, 1), (60, 8, 600)])
def test_every_plan_of_a_search_finds_the_same(
    shop: list[Person], monkeypatch: pytest.MonkeyPatch, rare: int, dense: int, few: int, segment_name: str
) -> None:
    """Read on in the index, or in the list, wherever a word begins to be too common."""
    record_built()
    monkeypatch.setattr(searching, "RARE", rare)
    monkeypatch.setattr(searching, "DENSE", dense)
    monkeypatch.setattr(search_index, "FEW", few)
    monkeypatch.setattr(search_index, "CHEAP_TO_READ", 1)
    for search, sort in product(("a", "anna", "acme corp", "com acme muller", "p4", "qqq", "e n m"), SORTS):
        listing = Listing(segment_name, sort)
        for limit in (3, 200):
            found = whole_list(listing, search=search, limit=limit)
            assert found == plain_search(shop, search, listing), (search, sort, limit)


def test_a_common_word_reads_little_more_than_the_page(shop: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has the word "com". That it is common is known for a while."""
    record_built()
    monkeypatch.setattr(searching, "RARE", 4)
    customer_list(Listing(), search="", limit=5, position=None, now=NOW)  # from then on it is known what is built
    for expected in ([("query", 4), ("query", 7)], [("query", 7)]):
        with counted_engine_calls() as calls:
            page = customer_list(Listing(), search="com", limit=5, position=None, now=NOW).page
        assert len(page.items) == 5
        assert [one for one in calls if one[0] == "query"] == expected
    monkeypatch.setattr(searching, "COMMON_SECONDS", 0)
    with counted_engine_calls() as calls:
        customer_list(Listing(), search="co", limit=5, position=None, now=NOW)
        customer_list(Listing(), search="co", limit=5, position=None, now=NOW)
    assert calls == 2 * [("query", 4), ("query", 7)]


def test_a_word_that_has_become_rare_is_found_while_it_passes_as_common(
    shop: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    record_built()
    with monkeypatch.context() as everything_common:
        everything_common.setattr(searching, "RARE", 0)
        everything_common.setattr(search_index, "FEW", 0)
        assert whole_list(Listing(), search="anna", limit=5) == plain_search(shop, "anna", Listing())
    assert whole_list(Listing(), search="anna", limit=5) == plain_search(shop, "anna", Listing())


def test_words_are_intersected_before_rows_are_read(shop: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    record_built()
    expected = who(shop, plain_name="anna", company="Acme")
    monkeypatch.setattr(search_index, "CHEAP_TO_READ", 0)
    with counted_engine_calls() as calls:
        assert set(found("acme anna")) == expected
    assert calls[-1] == ("batch_get_item", len(expected))


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
