"""What a text in a search box means, without an engine: whatever is stored is found by any spelling of itself."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pytest_django import Settings

from packprod.readmodels.lists.search_query import (
    LEAST_PHONE_DIGITS,
    code_key,
    contact_words,
    reference_keys,
    search_query,
)
from packprod.text import fold, normal_text, words

SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    str.lower,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)),
    lambda text: text.replace("-", "–"),
    lambda text: text.replace("-", "\u2011").replace("'", "’"),
    lambda text: "\u200b".join(text),
    lambda text: f"\u00a0{text}\u3000".replace(" ", "\u2003"),
    lambda text: text.replace("+", " "),
    lambda text: text.replace("×", "x"),
]
LETTERS = st.sampled_from("abcXYZ0123456789 -'+@#/._×éüøßŁñ№包装กé")
TEXTS = st.text(LETTERS, min_size=1, max_size=30).map(normal_text).filter(lambda text: any(map(str.isalnum, text)))
spelled = pytest.mark.parametrize("spelling", SPELLINGS, ids=range(len(SPELLINGS)))


@spelled
@given(TEXTS)
@example("0 X.")
def test_a_reference_is_found_by_any_spelling(spelling: Callable[[str], str], reference: str) -> None:
    assert search_query(spelling(reference)).finds_reference(reference)


@spelled
@given(TEXTS)
def test_a_code_is_found_by_any_spelling(spelling: Callable[[str], str], code: str) -> None:
    assert search_query(spelling(code)).finds_code(code)


@spelled
@given(TEXTS)
def test_a_name_is_found_by_any_spelling(spelling: Callable[[str], str], name: str) -> None:
    assert search_query(spelling(name)).finds_words(contact_words(name, "", "", ""))


@given(TEXTS, st.integers(1, 30))
def test_a_reference_is_found_by_its_start(reference: str, length: int) -> None:
    start = reference[:length]
    found = search_query(start).finds_reference(reference)
    if any(map(str.isalnum, start)):
        assert found
    elif not any(map(str.isalnum, fold(start))):  # the signs of number and of multiplication fold to letters
        assert not found


@given(st.from_regex(r"(02|03|04|07|08)[2-9][0-9]{7}", fullmatch=True), st.integers(4, 12))
def test_a_phone_number_is_found_by_its_start(national: str, length: int) -> None:
    known = contact_words("", "", "", national)
    international = f"+61{national[1:]}"
    spaced = f"{national[:2]} {national[2:6]} {national[6:]}"
    for typed in (national, international, f"00{international[1:]}", f"({national[:2]}) {national[2:]}", spaced):
        assert search_query(typed).finds_words(known), typed
        start = typed[:length]
        if sum(map(str.isdigit, start)) >= LEAST_PHONE_DIGITS:
            assert search_query(start).finds_words(known), start


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_searched_for_and_stored(typed: str, stored: str) -> None:
    query = search_query(typed)
    assert query.is_blank == (normal_text(typed) == "")
    assert all(query.alternatives) or query.is_blank
    assert all(query.reference_starts) or query.is_blank
    assert all(reference_keys(stored)) or not normal_text(stored)
    query.finds_words(contact_words(stored, stored, stored, stored))


@pytest.mark.parametrize(
    ("reference", "keys"),
    [
        ("#1002", ("1002",)),
        ("ORD–77", ("ord77",)),
        ("Order 1001", ("order 1001", "1001")),
        ("Bestellung Nr. 5/A", ("bestellung nr. 5/a", "5/a")),
        ("ORDER-5", ("order5",)),
        ("Orderly 5", ("orderly 5",)),
        ("no", ("no",)),
        ("order #", ("order #",)),
        ("---", ("---",)),
        ("***", ("***",)),
    ],
)
def test_keys_of_references(reference: str, keys: tuple[str, ...]) -> None:
    assert reference_keys(reference) == keys


@pytest.mark.parametrize(
    ("typed", "alternatives"),
    [
        ("smith", [("smith",)]),
        ("02 55", [("02", "55"), ("0255",)]),
        ("box 1 2", [("box", "1", "2")]),
        ("+61 2 5550 1234", [("61", "2", "5550", "1234"), ("61255501234",)]),
        ("300 x 200", [("300x200",)]),
        ("a1 5550", [("a1", "5550")]),
        ("Doe, Jane", [("doe", "jane")]),
        ("*", [("*",)]),
    ],
)
def test_alternatives(typed: str, alternatives: list[tuple[str, ...]]) -> None:
    assert list(search_query(typed).alternatives) == alternatives


def test_numbers_without_a_country_code_are_those_of_the_business(settings: Settings) -> None:
    settings.PACKPROD_COUNTRY = "US"
    known = contact_words("", "", "", "(415) 555-2671")
    for typed in ("+1 415 555", "415 555 2671", "1 415 555 2671", "(415) 555"):
        assert search_query(typed).finds_words(known), typed


@pytest.mark.parametrize("typed", ["*", "%", "@", "#", "+", "-", "''", "(("])
def test_signs_alone_find_nobody(typed: str) -> None:
    query, known = search_query(typed), contact_words("O'Brien", "a@b.com", "A-B (C)", "N/A")
    assert not query.finds_words(known)
    assert not query.finds_words(words("BOX-A4*", "100 %"))
    assert not any(map(query.finds_reference, ("#1001", "A-1", "+A", "O'B", "a@b")))
    assert not query.finds_code("#1001")


def test_codes_of_signs_only_are_their_own_key() -> None:
    assert (code_key("--"), code_key("*")) == ("--", "*")
    assert search_query("**").finds_reference("***")
