"""The words by which a contact is found: those of name, e-mail and company as each of their orders has them.

A search for customers shows only whom the words fit now; a search for orders finds an order under the name that stands
on it, though the customer has another by now, or no order that counts (docs/adr/0025).
"""

from collections.abc import Iterable, Sequence

from packprod.readmodels.rebuild.definitions import is_built
from packprod.readmodels.registry import ReadModel
from packprod.readmodels.search_index import ANY_WORD, SearchEntry, few_subjects, search_entries
from packprod.text import words

SEARCH_KIND = "customer"
MOST_WORDS = 200  # of former names: a contact that many people order through may have thousands
MOST_LOOKUPS = 6  # words of a search that are looked up; all are compared
Names = tuple[str, str, str]
"""Name, e-mail and company."""


def contact_entries(contact_id: str, present: Names | None, on_orders: Iterable[Names]) -> list[SearchEntry]:
    """The index rows of a contact. More than MOST_WORDS on its orders are left out: then any word finds it."""
    filed = dict.fromkeys(words(*present) if present else ())
    former = dict.fromkeys(word for names in dict.fromkeys(on_orders) for word in words(*names))
    filed |= former if len(former) <= MOST_WORDS else {ANY_WORD: None}
    return search_entries(SEARCH_KIND, contact_id, filed)


def contacts_named(model: ReadModel, wanted: Sequence[str]) -> frozenset[str] | None:
    """The contacts with a word that starts like each of these on some order; None where all of them are common, and
    while the index is being built from the orders there are. Raises EngineUnavailable."""
    if not is_built(model):
        return None
    looked_up = (few_subjects(SEARCH_KIND, [word]) for word in wanted[:MOST_LOOKUPS])
    rare = [found for found in looked_up if found is not None]
    any_word = few_subjects(SEARCH_KIND, [ANY_WORD])
    return frozenset(set.intersection(*rare) | any_word) if rare and any_word is not None else None
