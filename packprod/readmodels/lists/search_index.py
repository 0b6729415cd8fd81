"""The search index: finds customers, products and so on by the start of their words.

Its entries are summary rows of the read models. A rare word is looked up here; for a common one, walking the sorted
list is faster (docs/adr/0006).
"""

from collections.abc import Iterable, Sequence

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.reads import Partition, query_page, starts_with
from packprod.dynamodb.tables import EngineMeta, Table, prefixed
from packprod.readmodels.lists.search_query import SearchQuery

FEW = 600
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


def few_candidates(kind: str, query: SearchQuery) -> set[str] | None:
    """All subjects that the words of a query may find, and some that they don't; None where they are too many."""
    found = [few_subjects(kind, starts) for starts in query.alternatives]
    few = [subjects for subjects in found if subjects is not None]
    return set().union(*few) if len(few) == len(found) else None


def few_subjects(kind: str, prefixes: Sequence[str]) -> set[str] | None:
    """The subjects with a word that starts with the longest of the prefixes that is rare; None if all are common."""
    found = (_subjects(kind, prefix) for prefix in sorted(prefixes, key=len, reverse=True))
    return next((subjects for subjects in found if subjects is not None), None)


def few_subjects_of_word(kind: str, word: str) -> set[str] | None:
    """The subjects with exactly this word; None if they are too many."""
    return _subjects(kind, f"{word}{_SEPARATOR}")


def _subjects(kind: str, start: str) -> set[str] | None:
    entries = Partition(SearchEntry, hash=("shard", _shard(kind, start)), range=starts_with("entry", start))
    page = query_page(entries, limit=FEW)
    return {item["subject"] for item in page.items} if page.last_key is None else None


def _shard(kind: str, word: str) -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#{kind}#{word[:1]}"
