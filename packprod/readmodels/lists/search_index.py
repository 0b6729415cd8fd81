"""The search index: finds customers, products and so on by the start of their words.

Its entries are summary rows of the read models. A rare word is looked up here; for a common one, walking the sorted
list is faster (docs/adr/0042).
"""

import time
from collections.abc import Iterable, Sequence

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.reads import Item, Partition, query_page, starts_with
from packprod.dynamodb.tables import EngineMeta, Table, prefixed
from packprod.readmodels.lists.search_query import SearchQuery

FEW = 600
MOST_LOOKUPS = 6  # words of a search that are looked up; all are compared
CHEAP_TO_READ = 20  # rows
KNOWN_SECONDS = 0.5  # for as long a process knows that no subject has too many words
ANY_WORD = "*"  # no word starts with it: for a subject with too many words to index, which any search may find
_SEPARATOR = "\x01"


class SearchEntry(Table):
    """One word of one subject; the partition is the kind of subject and the word's first character."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-search")

    shard = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    client_id = UnicodeAttribute(attr_name="clientID")
    subject = UnicodeAttribute()


def search_entries(kind: str, subject: str, words: Iterable[str]) -> list[SearchEntry]:
    """The index rows of a subject, such as a contactID or a productCode."""
    return [
        SearchEntry(
            _shard(kind, word),
            f"{word}{_SEPARATOR}{subject}",
            client_id=settings.PACKPROD_CLIENT_ID,
            subject=subject,
        )
        for word in words
    ]


class WordIndex:
    """The index of one kind of subject, as one search reads it: no entry is read twice."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._read: dict[str, _Entries] = {}

    def candidates(self, query: SearchQuery, *, most: int, lookups: int = MOST_LOOKUPS) -> set[str] | None:
        """All subjects that a query may find, and some that it doesn't; None where they are too many: where each of
        the `lookups` longest words of an alternative has more than `most` entries."""
        found = [self._with_each_word(starts, most=most, lookups=lookups) for starts in query.alternatives]
        few = [subjects for subjects in found if subjects is not None]
        return set().union(*few) if len(few) == len(found) else None

    def _with_each_word(self, starts: Sequence[str], *, most: int, lookups: int) -> set[str] | None:
        """The subjects that have all of these words, the longest first, until they are so few that it is cheaper to
        read their rows than another word's entries."""
        found: set[str] | None = None
        for start in sorted(starts, key=len, reverse=True)[:lookups]:
            if found is not None and len(found) <= CHEAP_TO_READ:
                break
            subjects = self._subjects(start, most=most)
            if found is None:
                found = subjects
            elif subjects is not None and (with_any := self._subjects(ANY_WORD, most=most)) is not None:
                found = found & (subjects | with_any)
        return found

    def _subjects(self, start: str, *, most: int) -> set[str] | None:
        return self._read.setdefault(start, _Entries(self._kind, start)).subjects(most=most)


class _Entries:
    """The entries whose words start with a text, read as far as they are needed."""

    def __init__(self, kind: str, start: str) -> None:
        shard = ("shard", _shard(kind, start))
        self._partition = Partition(SearchEntry, hash=shard, range=starts_with("entry", start), attributes=("subject",))
        self._last_key: Item | None = None
        self._is_complete = False
        self._count = 0
        self._found: set[str] = set()

    def subjects(self, *, most: int) -> set[str] | None:
        """Whom they name; None if there are more entries than `most`."""
        if not self._is_complete and self._count < most:
            page = query_page(self._partition, limit=most - self._count, start_key=self._last_key)
            self._count += len(page.items)
            self._found.update(item["subject"] for item in page.items)
            self._last_key, self._is_complete = page.last_key, page.last_key is None
        return self._found if self._is_complete and self._count <= most else None


def few_candidates(kind: str, query: SearchQuery) -> set[str] | None:
    """All subjects that a query may find, and some that it doesn't; None where they are more than FEW."""
    return WordIndex(kind).candidates(query, most=FEW)


def few_subjects(kind: str, prefixes: Sequence[str]) -> set[str] | None:
    """The subjects with a word that starts with the longest of the prefixes that is rare; None if all are common."""
    found = (_Entries(kind, prefix).subjects(most=FEW) for prefix in sorted(prefixes, key=len, reverse=True))
    return next((subjects for subjects in found if subjects is not None), None)


_without_any_word: dict[str, float] = {}
"""The shards of ANY_WORD that were empty, and until when, in monotonic seconds, that is known."""


def few_subjects_of_any_word(kind: str) -> set[str] | None:
    """The subjects with too many words to index, None if they are too many themselves. Costs a read; while there are
    none, one every KNOWN_SECONDS in a process."""
    shard, now = _shard(kind, ANY_WORD), time.monotonic()
    if now < _without_any_word.get(shard, 0.0):
        return set()
    found = few_subjects(kind, [ANY_WORD])
    if found == set():
        _without_any_word[shard] = now + KNOWN_SECONDS
    return found


def few_subjects_of_word(kind: str, word: str) -> set[str] | None:
    """The subjects with exactly this word; None if they are too many."""
    return _Entries(kind, f"{word}{_SEPARATOR}").subjects(most=FEW)


def _shard(kind: str, word: str) -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#{kind}#{word[:1]}"
