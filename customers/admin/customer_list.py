"""The change list of customers: its filters, and its pages, read from the list of customers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from customers.cache_row import CustomerFigures
from customers.export import customers
from customers.lists.filter import CustomerFilter
from customers.lists.listing import Listing, customer_list
from customers.metrics import SEGMENTS
from customers.models import Customer
from customers.population.selectors import segments_now
from customers.selectors import uncounted_contact
from customers.services import customer_rows_mend, listed_row_or_computed
from packprod.admin.filters import FilterForm, TableFilter, amount_field, choice_field, count_field
from packprod.admin.table_model import TableQuery, is_possible_key
from packprod.dates import business_date
from packprod.errors import NotFound
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

T = TypeVar("T", int, Decimal)
_SORTS = {
    "total_spend": "totalSpend",
    "order_count": "orderCount",
    "last_order_date": "lastOrderDate",
    "name": "name",
}


class CustomerSource:
    """Reads the change list; its positions are those of `customers.lists.listing`."""

    filters = ("segment", "spend_from", "spend_to", "days_from", "days_to")
    sorts = tuple(_SORTS)

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[Customer]:
        found = customer_list(listing(query), search=query.search, limit=limit, position=position, now=now)
        customer_rows_mend(contact_ids=found.damaged, now=now)
        page = found.page
        today = business_date(now)
        customers = [Customer.of(CustomerFigures.of(row, today=today)) for row in page.items]
        return Page(customers, page.next_position, page.total, page.ended_early)

    def every(self, query: TableQuery, *, now: datetime) -> Iterator[Customer]:
        return (Customer.of(figures) for figures in customers(listing(query), search=query.search, now=now))

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[Customer]:
        """Each is read by its key; a row that is missing is computed from the orders."""
        return [customer for one in dict.fromkeys(ids) if (customer := _one(one, now=now))]

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        """The number of all customers or of a segment's, from the population's totals; None for any other filter."""
        if query.search or set(query.filters) - {"segment"}:
            return None
        counts = segments_now(now=now)
        return counts.get(query.filters["segment"]) if "segment" in query.filters else sum(counts.values())


def _one(contact_id: str, *, now: datetime) -> Customer | None:
    try:
        return Customer.of(CustomerFigures.of(listed_row_or_computed(contact_id, now=now), today=business_date(now)))
    except NotFound:
        return None


def uncounted_customer(contact_id: str, *, now: datetime) -> Customer | None:
    """A contact without orders that count, for its page; no list shows it. None for an unknown id."""
    contact = uncounted_contact(contact_id) if is_possible_key(contact_id) else None
    return Customer.of_uncounted(contact, today=business_date(now)) if contact else None


def listing(query: TableQuery) -> Listing:
    """The change list's filters and sort as a Listing."""
    return Listing(
        segment_name=query.filters.get("segment", ""),
        sort=_SORTS[query.sort or "total_spend"],
        descending=query.descending or not query.sort,
        filter=_filter(query.filters),
    )


def _filter(filters: Mapping[str, str]) -> CustomerFilter:
    return CustomerFilter(
        spend_from=_as(Decimal, filters.get("spend_from")),
        spend_to=_as(Decimal, filters.get("spend_to")),
        days_from=_as(int, filters.get("days_from")),
        days_to=_as(int, filters.get("days_to")),
    )


def _as(kind: type[T], text: str | None) -> T | None:
    return None if text is None else kind(text)


class SegmentForm(FilterForm):
    """`segment`"""

    segment = choice_field("Segment", [(name, name) for name in SEGMENTS])


class SegmentFilter(TableFilter):
    """The segment as it is today."""

    title = "Segment"
    form_class = SegmentForm


class SpendForm(FilterForm):
    """`spend_from`, `spend_to`"""

    spend_from = amount_field("Spend from", placeholder="0.00")
    spend_to = amount_field("Spend to")


class SpendFilter(TableFilter):
    """Lifetime spend, both ends inclusive."""

    title = "Spend"
    form_class = SpendForm


class DaysForm(FilterForm):
    """`days_from`, `days_to`"""

    days_from = count_field("Days since last order, from", placeholder="0")
    days_to = count_field("Days since last order, to")

    def clean(self) -> dict[str, Any]:
        """Refuses a second number that is smaller than the first."""
        days = super().clean() or self.cleaned_data
        low, high = days.get("days_from"), days.get("days_to")
        if low is not None and high is not None and low > high:
            self.add_error("days_to", "The second number is smaller than the first.")
        return days


class DaysFilter(TableFilter):
    """Business-calendar days since the last order."""

    title = "Days since last order"
    form_class = DaysForm
