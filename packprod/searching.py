"""The words by which customers and products are found: case- and accent-blind, pure."""

import re
import unicodedata
from collections.abc import Iterable

WORD_LENGTH = 100
MAX_WORDS = 60
# Letters that Unicode does not decompose, but people type without their stroke.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_PARTS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Case-folded, without accents: "Ångström" and "angstrom" are the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return bare.casefold().translate(_STROKES)


def words(*texts: str) -> list[str]:
    """Every word of the texts, whole and in its parts ("o'brien", "o", "brien"), folded, each once."""
    found: dict[str, None] = {}
    for text in texts:
        for word in fold(text).split():
            for part in (word, *word.split("@"), *_PARTS.split(word)):
                if part:
                    found.setdefault(part[:WORD_LENGTH])
    return list(found)[:MAX_WORDS]


def query_words(text: str) -> list[str]:
    """The words a search asks for."""
    return list(dict.fromkeys(word[:WORD_LENGTH] for word in fold(text).split()))


def matches(wanted: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether every wanted word is a prefix of some word of the texts."""
    known = words(*texts)
    return all(any(word.startswith(prefix) for word in known) for prefix in wanted)
