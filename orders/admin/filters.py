"""The filters over the list of orders."""

from typing import Any

from orders.admin.order_source import PARKED
from orders.lists.filter import COUNTED, customer_groups
from orders.status_labels import status_name
from orders.statuses import ORDER_STATUSES
from packprod.admin.filters import (
    FilterForm,
    TableFilter,
    amount_field,
    choice_field,
    date_field,
    select_field,
    text_field,
)

STATUS_CHOICES = [
    *((status, status_name(status)) for status in ORDER_STATUSES),
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
    """The groups that an app above has registered."""
    return [(name, name) for name in customer_groups()]


class StatusForm(FilterForm):
    """`status`"""

    status = choice_field("Status", STATUS_CHOICES)


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
    """A named range, or days of one's own; business days, inclusive."""

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


class OriginForm(FilterForm):
    """`source`, `product`, `contact`"""

    source = text_field("Source", placeholder="n8n")
    product = text_field("Product code", placeholder="exactly as written")
    contact = text_field("Customer ID")


class OriginFilter(TableFilter):
    """Where the order came from, what is in it, whose it is."""

    title = "Order"
    form_class = OriginForm
