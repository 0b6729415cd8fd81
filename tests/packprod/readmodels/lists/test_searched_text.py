"""Searching the start of a word in a text where it stands finds what making all its words finds."""

from hypothesis import example, given
from hypothesis import strategies as st

from packprod.readmodels.lists.search_query import contact_words, search_query
from packprod.text import MAX_WORDS, query_words, searched_text, word_start, words

ALPHABET = "abxZé陈王øĿ019  .@-'’`–_+&/×(\u00ad\u200b\u0301\n"
TEXTS = st.text(ALPHABET, max_size=12) | st.text(max_size=8)

PHONES = st.sampled_from(["", "02 5550 1234", "0412 345 678", "x"])


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
@example(["300 x 200"], "300x2")
@example(["Smith-Jones"], "smithj")
@example(["O'Brien"], "brien")
@example(["a x 5", "5 x"], "5x")
def test_a_start_is_found_where_a_word_has_it(texts: list[str], typed: str) -> None:
    text = searched_text(*texts)
    known = words(*texts)
    for start in query_words(typed):
        expected = any(word.startswith(start) for word in known)
        assert text is not None
        assert (word_start(start).search(text) is not None) == expected, (start, text, known)


@given(
    TEXTS,
    TEXTS,
    TEXTS,
    st.sampled_from(["", "02 5550 1234", "0412 345 678", "x"]),
    TEXTS,
    st.sampled_from(["", "b 02"]),
)
def test_a_contact_is_found_by_its_words(
    name: str, local: str, company: str, phone: str, typed: str, further: str
) -> None:
    email = f"{local}@bücher.example"
    for text in (typed, local[:2], "02 5550", "0255", "xn--b", "buch", f"{typed} {name[:1]}"):
        query = search_query(text)
        known = [*contact_words(name, email, company, phone), *further.split()]
        assert query.finds_contact(name, email, company, phone, further=further) == query.finds_words(known), text


def test_a_text_of_very_many_words_is_compared_word_by_word() -> None:
    many = " ".join(f"w{number}" for number in range(MAX_WORDS + 9))
    assert searched_text(many) is None
    for start in ("w1", f"w{MAX_WORDS + 5}"):
        assert search_query(start).finds_text(many) == any(one.startswith(start) for one in words(many))
