"""The filters over the list of customers."""

from typing import Any

from customers.metrics import SEGMENTS
from packprod.admin.filters import FilterForm, TableFilter, amount_field, choice_field, count_field


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
        """In order."""
        days = super().clean() or self.cleaned_data
        low, high = days.get("days_from"), days.get("days_to")
        if low is not None and high is not None and low > high:
            self.add_error("days_to", "The second number is smaller than the first.")
        return days


class DaysFilter(TableFilter):
    """Business-calendar days since the last order."""

    title = "Days since last order"
    form_class = DaysForm
