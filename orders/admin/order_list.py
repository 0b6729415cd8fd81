"""The change list of orders: the forms of its filters, the OrderFilter they make, and the source of its rows."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from unfold.widgets import UnfoldAdminRadioSelectWidget

from orders import models
from orders.lists.counting import foreign_statuses, order_tally
from orders.lists.filter import COUNTED, OrderFilter, customer_groups, group_members, keeps_status, only_odd, searched
from orders.lists.listing import BY_DATE, BY_TOTAL, OrderListing, is_stored_status, listed_orders
from orders.oddities import FUTURE, ODDITIES
from orders.selectors import order_items, order_or_parked, parked_list
from orders.statuses import status_choices, status_name
from packprod.admin.filters import (
    FilterForm,
    TableFilter,
    amount_field,
    choice_field,
    date_field,
    select_field,
    text_field,
)
from packprod.admin.table_model import TableQuery
from packprod.dates import DAY, business_date, start_of_business_day
from packprod.presets import preset_days
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

PARKED = "parked"  # as a status in the address
_DAYS = ("date", "from", "to")
_SORTS = {"created_at": BY_DATE, "total": BY_TOTAL}
STATUS_CHOICES = [
    *status_choices(),
    (COUNTED, "All that count in figures"),
    (PARKED, "Parked: cannot be used"),
]
DATE_CHOICES = [  # names of packprod.presets
    ("today", "Today"),
    ("yesterday", "Yesterday"),
    ("last_7_days", "Last 7 days"),
    ("last_30_days", "Last 30 days"),
    ("month_to_date", "This month"),
    ("last_month", "Last month"),
    ("year_to_date", "This year"),
]


def group_choices() -> list[tuple[str, str]]:
    """The groups of customers that the customers app has registered."""
    return [(name, name) for name in customer_groups()]


def offered_statuses() -> list[tuple[str, str]]:
    """Ours, those that other writers have stored, and what is no status."""
    foreign = [(status, status_name(status)) for status in foreign_statuses()]
    return [*STATUS_CHOICES[:-2], *foreign, *STATUS_CHOICES[-2:]]


class StoredStatusField(forms.ChoiceField):
    """One of what is offered, or a status that was stored since that was read."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or is_stored_status(str(value).lower())


class StatusForm(FilterForm):
    """`status`"""

    status = StoredStatusField(
        label="Status",
        required=False,
        choices=lambda: [("", "All"), *offered_statuses()],
        widget=UnfoldAdminRadioSelectWidget,
    )

    def clean_status(self) -> str:
        """In lower case, as statuses are compared."""
        return str(self.cleaned_data["status"]).lower()


class StatusFilter(TableFilter):
    """One status, those that reports count, or the rows that nothing can use."""

    title = "Status"
    form_class = StatusForm


class DateForm(FilterForm):
    """`date`, `from`, `to`"""

    date = select_field("Date", DATE_CHOICES, every="Any time")

    def clean(self) -> dict[str, Any]:
        """The days in order."""
        days = super().clean() or self.cleaned_data
        if days.get("from") and days.get("to") and days["from"] > days["to"]:
            self.add_error("to", "The last day lies before the first.")
        return days


DateForm.base_fields |= {"from": date_field("From (first day)"), "to": date_field("To (last day)")}


class DateFilter(TableFilter):
    """A named range, or a first and last business day, both inclusive."""

    title = "Date"
    form_class = DateForm


class AmountForm(FilterForm):
    """`amount_from`, `amount_to`"""

    amount_from = amount_field("Total from", placeholder="0.00")
    amount_to = amount_field("Total to")


class AmountFilter(TableFilter):
    """The order's total, both ends inclusive."""

    title = "Total"
    form_class = AmountForm


class SegmentForm(FilterForm):
    """`segment`"""

    segment = choice_field("Customer segment", group_choices)


class SegmentFilter(TableFilter):
    """Orders of the customers who are in a segment today."""

    title = "Customer segment"
    form_class = SegmentForm


class OddForm(FilterForm):
    """`odd`"""

    odd = select_field("Odd", list(ODDITIES.items()), every="Any order")


class OddFilter(TableFilter):
    """Orders with something odd about them."""

    title = "Odd"
    form_class = OddForm


class OriginForm(FilterForm):
    """`source`, `product`, `contact`"""

    source = text_field("Source", placeholder="n8n")
    product = text_field("Product code", placeholder="exactly as written")
    contact = text_field("Customer ID")


class OriginFilter(TableFilter):
    """The order's source, a product in it, its customer."""

    title = "Order"
    form_class = OriginForm


LIST_FILTERS = (StatusFilter, DateFilter, AmountFilter, SegmentFilter, OddFilter, OriginFilter)
"""In the order of the filter bar. Each field of their forms is a filter that `order_filter` understands."""


class OrderSource:
    """The rows of the order list, read by selectors, whose positions it hands on."""

    filters = tuple(str(name) for one in LIST_FILTERS for name in one.form_class.base_fields)
    sorts = tuple(_SORTS)

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[models.Order]:
        listing = listing_of_query(query, now=now)
        if listing is None:
            return _parked_page(query, limit=limit, position=position)
        page = listed_orders(listing, limit=limit, position=position, now=now)
        rows = [models.Order.of(order) for order in page.items]
        return Page(rows, page.next_position, page.total, page.ended_early)

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[models.Order]:
        return [models.Order.of(order_or_parked(item), item) for item in order_items(ids)]

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        """From the counts by status, oddity and day, where only these are filtered by."""
        status, odd = query.filters.get("status", ""), query.filters.get("odd", "")
        if query.search or status == PARKED or set(query.filters) - {"status", "odd", *_DAYS} or (status and odd):
            return None
        today = business_date(now)
        first, last = _days(query.filters, today)
        if odd == FUTURE:
            first = max(first or today, today + DAY)
        tally = order_tally(first=first, last=last)
        if odd not in ("", FUTURE):
            return tally.odd[odd]
        counts = tally.statuses
        return sum(count for name, count in counts.items() if keeps_status(status, name))


def listing_of_query(query: TableQuery, *, now: datetime) -> OrderListing | None:
    """The list that the selectors know; None for the parked rows, which are no orders. Raises EngineUnavailable."""
    if query.filters.get("status") == PARKED:
        return None
    filter = searched(order_filter(query.filters, now=now), query.search)
    sort = _SORTS[query.sort or "created_at"]
    return OrderListing(filter, sort=sort, descending=query.descending or not query.sort)


def _parked_page(query: TableQuery, *, limit: int, position: Position | None) -> Page[models.Order]:
    """A page of parked rows. Raises IncorrectLookupParameters for any other filter, as any attribute may be broken."""
    if set(query.filters) > {"status"}:
        raise IncorrectLookupParameters("Parked orders have no date, total or customer to filter by.")
    page = parked_list(limit=limit, position=position, search=query.search)
    rows = [models.Order.of(order_or_parked(item), item) for item in page.items]
    return Page(rows, page.next_position, page.total, page.ended_early)


def order_filter(filters: Mapping[str, str], *, now: datetime) -> OrderFilter:
    """The change list's filters as the selector's; days are business days, both ends inclusive."""
    first, last = _days(filters, business_date(now))
    segment = filters.get("segment", "")
    filter = OrderFilter(
        created_from=start_of_business_day(first) if first else None,
        created_before=start_of_business_day(last + DAY) if last else None,
        status=filters.get("status", ""),
        contact_id=filters.get("contact", ""),
        product_code=filters.get("product", ""),
        amount_from=_amount(filters.get("amount_from")),
        amount_to=_amount(filters.get("amount_to")),
        source=filters.get("source", ""),
        segment=segment,
        segment_members=group_members(segment, now=now),
    )
    return only_odd(filter, filters.get("odd", ""), now=now)


def _days(filters: Mapping[str, str], today: date) -> tuple[date | None, date | None]:
    """The first and last business day: of the named range, narrowed by `from` and `to`."""
    spans = [preset_days(filters["date"], today=today)] if "date" in filters else []
    first = [span[0] for span in spans] + ([date.fromisoformat(filters["from"])] if "from" in filters else [])
    last = [span[1] for span in spans] + ([date.fromisoformat(filters["to"])] if "to" in filters else [])
    return max(first, default=None), min(last, default=None)


def _amount(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
