"""The filters of a list of customers: by figures (spend, days since the last order), and by the words of a search.

A search for customers finds them by their present name, and by those of the contacts that were joined with them. A
search for orders also finds an order by the name on it, even if the customer has another name by now, or no orders that
count (docs/adr/0025).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from customers.cache_row import spend_key
from customers.metrics import Metrics, last_order_days_ago
from customers.read_model import CUSTOMERS, SEARCH_KIND
from orders.keys import BEHIND_SEPARATOR, time_key
from orders.lists.filter import FEW_CONTACTS
from packprod.dates import start_of_business_day
from packprod.dynamodb.reads import Item
from packprod.readmodels.lists.search_index import (
    MOST_LOOKUPS,
    few_candidates,
    few_subjects,
    few_subjects_of_any_word,
)
from packprod.readmodels.lists.search_query import SearchQuery
from packprod.readmodels.rebuild.definitions import is_built

_EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """Bounds of figures, all inclusive; None: no bound. Days are business-calendar days since the last order."""

    spend_from: Decimal | None = None
    spend_to: Decimal | None = None
    days_from: int | None = None
    days_to: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has no bounds."""
        return self == CustomerFilter()

    def keeps(self, metrics: Metrics, *, today: date) -> bool:
        """Whether a customer passes the filter on this business day."""
        days = last_order_days_ago(metrics, today=today)
        return (
            (self.spend_from is None or metrics.total_spend >= self.spend_from)
            and (self.spend_to is None or metrics.total_spend <= self.spend_to)
            and (self.days_from is None or days >= self.days_from)
            and (self.days_to is None or days <= self.days_to)
        )

    def key_bounds(self, sort: str, *, today: date) -> tuple[str | None, str | None]:
        """The lowest and highest sort key that can pass, if the list is sorted by a figure that has bounds."""
        match sort:
            case "totalSpend":
                return self._spend_bounds()
            case "lastOrderDate":
                return self._date_bounds(today)
            case _:
                return None, None

    def _spend_bounds(self) -> tuple[str | None, str | None]:
        low = None if self.spend_from is None else spend_key(self.spend_from)
        high = None if self.spend_to is None else spend_key(self.spend_to) + BEHIND_SEPARATOR
        return low, high

    def _date_bounds(self, today: date) -> tuple[str | None, str | None]:
        """A last order that is dated in the future is 0 days ago, so a lower bound of 0 days is no bound."""
        low = None if self.days_to is None else _start(_before(today, self.days_to))
        high = _start(_before(today, self.days_from - 1)) if self.days_from else None
        return low, high


def _before(today: date, days: int) -> date:
    return max(_EARLIEST, today - timedelta(days=min(days, (today - _EARLIEST).days)))


def _start(day: date) -> str:
    return time_key(start_of_business_day(day))


def found_by(row: Item, query: SearchQuery) -> bool:
    """Whether a search finds the customer in a cache row."""
    further = row.get("joinedWords", "")
    return query.finds_contact(row["name"], row["email"], row["company"], row.get("phone", ""), further=further)


def customer_candidates(query: SearchQuery) -> set[str] | None:
    """The contactIDs among which are all whom a search finds; None where they are too many, for a blank search, and
    while the index is being built. Raises EngineUnavailable."""
    return None if query.is_blank or not is_built(CUSTOMERS) else few_candidates(SEARCH_KIND, query)


def contacts_named(query: SearchQuery) -> frozenset[str] | None:
    """The contacts that have, for each word of an alternative of the query, a word on some order that starts with it.

    None if all the words are common, or while the index is being built. Raises EngineUnavailable.
    """
    if not is_built(CUSTOMERS):
        return None
    named = [_with_each_word(words) for words in query.alternatives]
    few = [found for found in named if found is not None]
    any_word = few_subjects_of_any_word(SEARCH_KIND)
    return frozenset(any_word.union(*few)) if len(few) == len(named) and any_word is not None else None


def _with_each_word(words: Sequence[str]) -> set[str] | None:
    """Looked up until they are few: who has a word is found out for each order in the end."""
    found: set[str] | None = None
    for word in sorted(words, key=len, reverse=True)[:MOST_LOOKUPS]:
        subjects = few_subjects(SEARCH_KIND, [word])
        found = found if subjects is None else subjects if found is None else found & subjects
        if found is not None and len(found) <= FEW_CONTACTS:
            break
    return found
