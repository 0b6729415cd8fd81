"""The filter of a list of orders: its values, its search text, and the lookup of customers that both may need.

The customers app knows who is in a segment, and on whose orders the words of a search stand. It registers its lookup
when Django starts, as orders must not import customers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from orders.contact_aliases import effective_contact
from orders.oddities import FUTURE
from orders.order import Order
from orders.statuses import is_counted
from packprod.dates import DAY, business_date, start_of_business_day
from packprod.text import caseless, matches, normal_email, query_words

COUNTED = "counted"  # as a status: every one that counts in figures
FEW_CONTACTS = 20  # the lists of as many contacts are merged in one request


@dataclass(frozen=True, slots=True)
class SearchText:
    """What staff type into the search box: the start of a reference, a whole product code, or starts of words of the
    customer's name, e-mail or company as they stand on the order. One of these is enough.

    `contact_ids` are the few contacts who have the words on an order; None where they are many, or not known.
    """

    text: str
    words: tuple[str, ...]
    contact_ids: frozenset[str] | None = field(repr=False)

    def finds(self, order: Order) -> bool:
        """Whether the text finds an order in any of these ways."""
        customer = order.customer
        return (
            caseless(order.order_reference).startswith(caseless(self.text))
            or any(item.product_code == self.text for item in order.items)
            or matches(self.words, (customer.name, customer.email, customer.company))
        )


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """`created_from` inclusive, `created_before` exclusive, both UTC; amounts inclusive; `source` in any case.

    `search` is the start of a reference or a whole e-mail; `text` is what staff type, and finds more.
    `odd` is one of `orders.oddities.ODDITIES`; FUTURE stands for days that `created_from` names (see `only_odd`).
    `segment_members` are the contactIDs in `segment` now.
    """

    created_from: datetime | None = None
    created_before: datetime | None = None
    status: str = ""
    contact_id: str = ""
    search: str = ""
    product_code: str = ""
    text: SearchText | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    source: str = ""
    odd: str = ""
    segment: str = ""
    segment_members: frozenset[str] = field(default=frozenset(), repr=False)  # many: they stay out of cursors' scopes

    @property
    def email(self) -> str:
        """The e-mail searched for; empty when the search is the start of a reference."""
        return normal_email(self.search) if "@" in self.search else ""

    @property
    def reference_prefix(self) -> str:
        """The start of the references searched for, case-folded."""
        return "" if self.email else caseless(self.search.strip())

    @property
    def stored_status(self) -> str:
        """The one status filtered by; empty for all, and for COUNTED."""
        return "" if self.status == COUNTED else self.status

    @property
    def holds_nothing(self) -> bool:
        """Whether its days or its amounts do not meet: no order passes."""
        days = self.created_from and self.created_before and self.created_from >= self.created_before
        amounts = self.amount_from is not None and self.amount_to is not None and self.amount_from > self.amount_to
        return bool(days) or amounts

    def keeps(self, order: Order) -> bool:
        """Whether an order passes every part of the filter."""
        return (
            (self.created_from is None or order.created_at >= self.created_from)
            and (self.created_before is None or order.created_at < self.created_before)
            and keeps_status(self.status, order.status)
            and (self.odd in ("", FUTURE) or self.odd in order.odd)
            and effective_contact(self.contact_id) in ("", order.contact_id)
            and (not self.segment or order.contact_id in self.segment_members)
            and self._keeps_amount(order.total)
            and caseless(self.source) in ("", caseless(order.source))
            and self._is_found(order)
        )

    def _keeps_amount(self, total: Decimal) -> bool:
        enough = self.amount_from is None or total >= self.amount_from
        return enough and (self.amount_to is None or total <= self.amount_to)

    def _is_found(self, order: Order) -> bool:
        return (
            self.email in ("", order.customer.email)
            and caseless(order.order_reference).startswith(self.reference_prefix)
            and (not self.product_code or any(item.product_code == self.product_code for item in order.items))
            and (self.text is None or self.text.finds(order))
        )


def only_odd(filter: OrderFilter, odd: str, *, now: datetime) -> OrderFilter:
    """The filter narrowed to the orders with this oddity; in the future is what lies on business days after today."""
    if odd != FUTURE:
        return replace(filter, odd=odd)
    tomorrow = start_of_business_day(business_date(now) + DAY)
    return replace(filter, odd=odd, created_from=max(filter.created_from or tomorrow, tomorrow))


def odd_on(order: Order, *, now: datetime) -> tuple[str, ...]:
    """What is odd about an order today: what its row says, and whether it lies in the future."""
    is_ahead_of_today = business_date(order.created_at) > business_date(now)
    return (FUTURE, *order.odd) if is_ahead_of_today else order.odd


def keeps_status(chosen: str, status: str) -> bool:
    """Whether an order of this status passes a filter by `chosen`: a status, COUNTED, or empty for any."""
    return is_counted(status) if chosen == COUNTED else chosen in ("", status)


def searched(filter: OrderFilter, text: str) -> OrderFilter:
    """The filter narrowed by a text in the search box that is not blank. Raises EngineUnavailable.

    A text with an @ is a whole e-mail. Any other finds by reference, by product and by customer at once: an order whose
    reference starts like somebody's name must not hide the orders of all who are called so (docs/adr/0025).
    """
    if "@" in text:
        return replace(filter, search=text)
    words = tuple(query_words(text))
    contacts = named_customers(words)
    few = contacts is not None and len(contacts) <= FEW_CONTACTS
    return replace(filter, text=SearchText(text, words, contacts if few else None))


@dataclass(frozen=True, slots=True)
class CustomerLookup:
    """What the customers app looks up for a filter. All raise EngineUnavailable.

    `members(group, now)` gives the contactIDs in one of `groups`; `named(words)` those with a word that starts like
    each of these on any of their orders, None where they are too many to look up.
    """

    groups: Sequence[str]
    members: Callable[[str, datetime], frozenset[str]]
    named: Callable[[Sequence[str]], frozenset[str] | None]


_lookups: list[CustomerLookup] = []


def register_customer_lookup(lookup: CustomerLookup) -> None:
    """Sets the lookup of customers; a second call replaces it."""
    _lookups[:] = [lookup]


def customer_groups() -> list[str]:
    """The names of the groups of customers that a list can be narrowed to."""
    return [name for lookup in _lookups for name in lookup.groups]


def group_members(name: str, *, now: datetime) -> frozenset[str]:
    """The contactIDs in a group now; nobody in a group without a name. Raises EngineUnavailable."""
    return _lookups[0].members(name, now) if name else frozenset()


def named_customers(words: Sequence[str]) -> frozenset[str] | None:
    """All contacts whose orders may have the words, counted or not; None where the orders must be walked instead.

    Raises EngineUnavailable.
    """
    return _lookups[0].named(words)
