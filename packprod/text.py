"""How text is compared, and nothing else: e-mail addresses, phone numbers, codes and references, words of a search.

Rows keep text as it was sent. Two texts are the same where one of these functions gives the same for both.
"""

import re
import unicodedata
from collections.abc import Iterable

WORD_LENGTH = 100
MAX_WORDS = 60
# Letters that Unicode does not decompose, but people type without their stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_QUOTES = str.maketrans("‘’‚‛′ʼ´`“”„‟″", "''''''''\"\"\"\"\"")
_PART = re.compile(r"[^\W_]+")


def normal_email(address: str) -> str:
    """The form in which e-mail addresses are compared: trimmed, case-folded, in Unicode's composed form (NFC)."""
    return unicodedata.normalize("NFC", address.strip().casefold())


def normal_phone(number: str) -> str:
    """The form in which phone numbers are compared: the digits; a number without digits as it is."""
    return "".join(character for character in number if character.isdigit()) or number


def caseless(text: str) -> str:
    """The form in which references, product codes and sources are compared: in any case, but accents count."""
    return text.casefold()


def fold(text: str) -> str:
    """Case-folded, without accents, quotes straight: "Ångström" and "angstrom" are the same."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_QUOTES).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.casefold().translate(_STROKES)


def words(*texts: str) -> list[str]:
    """Every word of the texts from the start of each of its parts on ("o'brien", "brien"), folded, each once.

    What starts like a part starts like that tail, too.
    """
    found: dict[str, None] = {}
    for text in texts:
        for word in fold(text).split():
            for part in _PART.finditer(word):
                found.setdefault(word[part.start() :][:WORD_LENGTH])
    return list(found)[:MAX_WORDS]


def query_words(text: str) -> list[str]:
    """The words that a search looks for, without what stands before their first letter or digit; none for a blank text.

    A text without any letter or digit is itself a word, with which no word starts: "*" finds nobody, not everybody.
    """
    starts = ((word, _PART.search(word)) for word in fold(text).split())
    found = list(dict.fromkeys(word[start.start() :][:WORD_LENGTH] for word, start in starts if start))
    return found or list(text.strip()[:1])


def matches(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether every wanted word is a prefix of some word of the texts."""
    known = words(*texts)
    return all(any(word.startswith(prefix) for word in known) for prefix in wanted)
