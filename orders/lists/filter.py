"""The filter of a list of orders: its values, its search text, and the lookup of customers that both may need.

The customers app knows who is in a segment, and on whose orders the words of a search stand. It registers its lookup
when Django starts, as orders must not import customers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from orders.contact_aliases import effective_contact, stored_contacts
from orders.listed import ORDERS_LISTED, contact_partition, reference_partition
from orders.oddities import FUTURE
from orders.order import Order
from orders.order_json import OrderFacts
from orders.products.selectors import product_codes_spelled
from orders.statuses import is_counted
from orders.tables import REFERENCE_INDEX, ListedOrder
from packprod.dates import DAY, business_date, start_of_business_day
from packprod.dynamodb.codec import AttributeMap
from packprod.dynamodb.reads import Partition, query_page_encoded, starts_with
from packprod.readmodels.lists.search_query import SearchQuery, contact_words, search_query
from packprod.readmodels.rebuild.definitions import is_built
from packprod.text import caseless

COUNTED = "counted"  # as a status: every one that counts in figures
FEW = 400  # orders, as many are sorted in one request
FEW_WITH_JSON = 120  # orders, so many are read with what a list shows of them
FEW_CONTACTS = 20  # the lists of as many contacts are merged in one request


@dataclass(frozen=True, slots=True)
class OrderSearch:
    """A search for orders: by the start of the reference, a product code, or words of the customer's name, e-mail,
    company and phone as they stand on the order. One of these is enough.

    `candidates` say where all orders lie that it finds; None where that is not known.
    """

    query: SearchQuery
    candidates: "Candidates | None" = field(default=None, repr=False, compare=False)

    def finds(self, order: OrderFacts) -> bool:
        """Whether an order is found in any of these ways."""
        customer = order.customer
        return (
            self.query.finds_reference(order.order_reference)
            or any(self.query.finds_code(item.product_code) for item in order.items)
            or self.query.finds_words(contact_words(customer.name, customer.email, customer.company, customer.phone))
        )


@dataclass(frozen=True, slots=True)
class Candidates:
    """Where the orders of a search lie: the rows (tagged values) of the references that start so, the contacts who have
    the words on an order, and the product codes that are spelled like the text."""

    reference_rows: list[AttributeMap]
    contact_ids: frozenset[str]
    product_codes: frozenset[str]

    @property
    def are_few(self) -> bool:
        """Whether the search is read from their lists; otherwise it walks all orders and looks only at theirs."""
        return len(self.contact_ids) <= FEW_CONTACTS

    @property
    def narrow(self) -> bool:
        """Whether `may_hold` lets only some of the orders through."""
        return not self.product_codes

    def may_hold(self) -> Callable[[AttributeMap], bool]:
        """Whether an order's row (tagged values) in the table of listed orders may be found: a quick look, before its
        JSON is read."""
        if self.product_codes:
            return lambda row: True
        order_ids = {row["sourceID"]["S"] for row in self.reference_rows}
        contacts = {contact_partition(stored) for one in self.contact_ids for stored in stored_contacts(one)}
        return lambda row: row["contactPartition"]["S"] in contacts or row["sourceID"]["S"] in order_ids


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """`created_from` inclusive, `created_before` exclusive, both UTC; amounts inclusive; `source` in any case.

    `search` is what was typed into the search box. `odd` is one of `orders.oddities.ODDITIES`; FUTURE stands for days
    that `created_from` names (see `only_odd`). `segment_members` are the contactIDs in `segment` now.
    """

    created_from: datetime | None = None
    created_before: datetime | None = None
    status: str = ""
    contact_id: str = ""
    search: OrderSearch | None = None
    product_code: str = ""
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    source: str = ""
    odd: str = ""
    segment: str = ""
    segment_members: frozenset[str] = field(default=frozenset(), repr=False)  # many: they stay out of cursors' scopes

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

    def keeps(self, order: OrderFacts) -> bool:
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

    def _is_found(self, order: OrderFacts) -> bool:
        return (not self.product_code or any(item.product_code == self.product_code for item in order.items)) and (
            self.search is None or self.search.finds(order)
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
    """The filter narrowed by a text in the search box; unchanged by a blank one. Raises EngineUnavailable.

    A text finds by reference, by product and by customer at once: an order whose reference starts like somebody's name
    must not hide the orders of all who are called so (docs/adr/0025).
    """
    query = search_query(text)
    if query.is_blank or filter.holds_nothing:
        return filter
    # The list of one contact is short enough by itself.
    return replace(filter, search=OrderSearch(query, None if filter.contact_id else _candidates(query)))


def _candidates(query: SearchQuery) -> Candidates | None:
    """None where there are too many of them, or a list is still being built: then all orders are walked."""
    rows = _reference_rows(query)
    contacts = None if rows is None else named_customers(query)
    if rows is None or contacts is None:
        return None
    codes = product_codes_spelled(query)
    return None if codes is None else Candidates(rows, contacts, codes)


def _reference_rows(query: SearchQuery) -> list[AttributeMap] | None:
    """None where more than FEW references start so."""
    if not is_built(ORDERS_LISTED):
        return None
    found: list[AttributeMap] = []
    for start in query.reference_starts:
        rows = _rows_of_references(start)
        if rows is None:
            return None
        found += rows
    return found


def _rows_of_references(start: str) -> list[AttributeMap] | None:
    """The rows of the first references hold the orders' JSON; of more, it costs less to read only what is shown."""
    partition = Partition(
        ListedOrder,
        index=REFERENCE_INDEX,
        hash=("referencePartition", reference_partition(start)),
        range=starts_with("byReference", start),
        attributes=("byTime", "sourceID", "json"),
    )
    first = query_page_encoded(partition, limit=FEW_WITH_JSON)
    if first.last_key is None:
        return first.items
    bare = replace(partition, attributes=("byTime", "sourceID"))
    rest = query_page_encoded(bare, limit=FEW - len(first.items), start_key=first.last_key)
    return None if rest.last_key else first.items + rest.items


@dataclass(frozen=True, slots=True)
class CustomerLookup:
    """What the customers app looks up for a filter. All raise EngineUnavailable.

    `members(group, now)` gives the contactIDs in one of `groups`; `named(query)` those with the
    words of the query on any of their orders, None where they are too many to look up.
    """

    groups: Sequence[str]
    members: Callable[[str, datetime], frozenset[str]]
    named: Callable[[SearchQuery], frozenset[str] | None]


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


def named_customers(query: SearchQuery) -> frozenset[str] | None:
    """All contacts whose orders may have the words, counted or not; None where the orders must be walked instead.

    Raises EngineUnavailable.
    """
    return _lookups[0].named(query)
