"""The customers that a list of reorders is narrowed to, by search and segment. Their cache rows are read for that, and
then serve for showing as well: each is read once."""

from collections.abc import Iterable
from datetime import date

from customers.cache_row import metrics_from_row
from customers.metrics import segment
from customers.search_words import SEARCH_KIND
from customers.selectors import customer_rows, found_by
from packprod.dynamodb.reads import Item
from packprod.readmodels.search_index import few_subjects
from packprod.text import query_words


class CustomersWanted:
    """`search` as in the list of customers, `segment_name` as of today; both empty: everybody."""

    def __init__(self, *, search: str, segment_name: str, today: date) -> None:
        self._words = query_words(search)
        self._segment_name, self._today = segment_name, today
        self._rows: dict[str, Item] = {}

    @property
    def everybody(self) -> bool:
        """Whether nothing is asked of a customer."""
        return not (self._words or self._segment_name)

    def named(self) -> frozenset[str] | None:
        """The contactIDs, where a word of the search is rare enough for the index to tell; else None."""
        found = few_subjects(SEARCH_KIND, self._words) if self._words else None
        return None if found is None else self.among(found)

    def among(self, contact_ids: Iterable[str]) -> frozenset[str]:
        """Those of the contactIDs who are wanted."""
        asked = set(contact_ids)
        if self.everybody:
            return frozenset(asked)
        return frozenset(one for one, row in self.rows(asked).items() if self._keeps(row))

    def rows(self, contact_ids: Iterable[str]) -> dict[str, Item]:
        """The cache rows by contactID, without those that are not in the cache."""
        asked = set(contact_ids)
        missing = asked - self._rows.keys()
        self._rows |= {one: {} for one in missing} | customer_rows(missing)
        return {one: self._rows[one] for one in asked if self._rows[one]}

    def _keeps(self, row: Item) -> bool:
        is_in = self._segment_name in ("", segment(metrics_from_row(row), today=self._today))
        return is_in and found_by(row, self._words)
