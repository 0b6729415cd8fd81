"""What a text in a search box means, decided once for every list, Ctrl-K, the API and the import inbox.

A text may be the start of a reference, a product code, words (of a name, an e-mail, a description) or a phone number.
Staff don't say which, so it is all of these at once, and each is enough to be found. What is searched is brought into
the same form by the functions below: `contact_words`, `reference_keys` and `code_key`.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from packprod.text import (
    bare_text,
    caseless,
    normal_text,
    phone_words,
    query_words,
    searched_text,
    shown_email,
    word_start,
    words,
)

LEAST_PHONE_DIGITS = 4
KEY_LENGTH = 200
# Words that people write before a reference: "Order 1001", "Bestellung Nr. 1001", "order #1001".
_LABELS = re.compile(
    r"(?:(?:orders?|bestellung|auftrag|commande|pedido|ordine|bestelling|number|nummer|num|no|nr|reference|ref)[\W_]+)+"
    r"(?=[^\W_])"
)
_FIRST_LETTER = re.compile(r"[^\W_]")  # or digit
_ENDING_SIGNS = re.compile(r"[,;:.!?)\]}]+$")
_PHONE = re.compile(r"(?<!\S)(?:tel:\s*)?[+(]*\d[\d\s().+/-]*(?:\bext\b\.?\s*\d+)?(?!\S)", re.IGNORECASE)
_EXTENSION = re.compile(r"\bext\b.*", re.IGNORECASE)
_TRUNK_ZERO = re.compile(r"\(0\)")  # +61 (0)2 5550 1234
_DIALLED_ABROAD = re.compile(r"^(0011|00)(?=[1-9])")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A text of a search box, in all that it may mean.

    `alternatives` are sets of words, one of which must be there: the words as typed, and with what may be a phone
    number as one word of digits. A reference is found by one of `reference_starts`, a product by its whole `code`.
    A blank query has none of these, and finds everything.
    """

    text: str
    alternatives: tuple[tuple[str, ...], ...]
    reference_starts: tuple[str, ...]
    code: str

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to see in the text: no search."""
        return not self.text

    def finds_words(self, known: Collection[str]) -> bool:
        """Whether every word of one alternative is the start of a known word (`packprod.text.words`)."""
        return self.is_blank or any(
            all(any(word.startswith(start) for word in known) for start in starts) for starts in self.alternatives
        )

    def finds_contact(self, name: str, email: str, company: str, phone: str, *, further: str = "") -> bool:
        """Whether it finds somebody by `contact_words`, or by one of the words in the text `further`."""
        if self.is_blank:
            return True
        if not further and not (phone and self._has_digits):
            return self.finds_text(name, email, shown_email(email), company)
        return self.finds_words([*contact_words(name, email, company, phone), *further.split()])

    def finds_text(self, *texts: str) -> bool:
        """Whether it finds something by the words of these texts (`packprod.text.words`)."""
        text = searched_text(*texts)
        if text is None:
            return self.finds_words(words(*texts))
        return self.is_blank or any(
            all(word_start(start).search(text) for start in starts) for starts in self.alternatives
        )

    @property
    def _has_digits(self) -> bool:
        """Whether one of its words may be the start of a phone number."""
        return any(start.isdigit() for starts in self.alternatives for start in starts)

    def finds_reference(self, reference: str) -> bool:
        """Whether the text is the start of a reference, with or without its "#" and the word "Order" before it."""
        return self.is_blank or any(key.startswith(self.reference_starts) for key in reference_keys(reference))

    def finds_code(self, product_code: str) -> bool:
        """Whether the text is a product code as a whole, in any spelling."""
        return self.is_blank or code_key(product_code) == self.code


def search_query(text: str) -> SearchQuery:
    """What a text in a search box means. Blank for one in which nothing can be seen."""
    text = normal_text(text)
    if not text:
        return SearchQuery("", (), (), "")
    numbers = (tuple(query_words(one)) for one in _with_phones_joined(text))
    alternatives = dict.fromkeys((tuple(query_words(text)), *numbers))
    # With the signs at its end, too: a key without them may be no start of the whole, as "300 x" is "300x".
    starts = dict.fromkeys((*reference_keys(_ENDING_SIGNS.sub("", text) or text), *reference_keys(text)))
    return SearchQuery(text, tuple(alternatives), tuple(starts), code_key(text))


def _with_phones_joined(text: str) -> Iterator[str]:
    """The text with what may be phone numbers as digits: as typed, and in the forms in which they are indexed."""
    plain = unicodedata.normalize("NFKC", bare_text(text)) if not text.isascii() else text
    for form in (_digits, _international_digits, _digits_behind_access_code):
        joined = _PHONE.sub(lambda found, form=form: f" {form(found[0])} ", plain)  # type: ignore[misc]  # a default binds it
        if joined != plain:
            yield joined


def _digits(number: str) -> str:
    found = "".join(filter(str.isdigit, _EXTENSION.sub("", number)))
    return found if len(found) >= LEAST_PHONE_DIGITS else number


def _international_digits(number: str) -> str:
    return phone_words(number, settings.PACKPROD_COUNTRY)[0] if _digits(number) != number else number


def _digits_behind_access_code(number: str) -> str:
    """Without the 00 or 0011 that is dialled before a country code, and without the (0) behind one."""
    return _DIALLED_ABROAD.sub("", _digits(_TRUNK_ZERO.sub("", number)))


def contact_words(name: str, email: str, company: str, phone: str) -> tuple[str, ...]:
    """The words by which somebody is found: of name, e-mail (its domain also in Unicode) and company, and the digits of
    the phone number in each form in which it is dialled."""
    return _contact_words(name, email, company, phone, settings.PACKPROD_COUNTRY)


@lru_cache(4096)
def _contact_words(name: str, email: str, company: str, phone: str, country: str) -> tuple[str, ...]:
    texts = dict.fromkeys((name, email, shown_email(email), company))
    return tuple(dict.fromkeys((*words(*texts), *(phone_words(phone, country) if phone else ()))))


def reference_keys(reference: str) -> tuple[str, ...]:
    """The forms by whose start a reference is found: folded, without dashes and the signs before its first letter, and
    without a word such as "Order" before it. "#1002" gives "1002", "Order 1001" gives "order 1001" and "1001"."""
    key = code_key(reference)
    label = _LABELS.match(key)
    return (key, key[label.end() :]) if label else (key,)


def code_key(code: str) -> str:
    """The form in which product codes are searched: "300×200", "300 x 200" and "300X200" are the same.

    An address in a link may lose its "+", which then is a space. What has no letter or digit is its own key.
    """
    bare = " ".join(bare_text(" ".join(code.replace("№", "#").replace("+", " ").split())).split())
    start = _FIRST_LETTER.search(bare)
    return (bare[start.start() :] if start else bare or caseless(code))[:KEY_LENGTH]
