"""What a list of orders is narrowed to: the values, and whether an order passes them."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orders.order import Order
from orders.search_text import SearchText
from orders.statuses import is_counted
from packprod.text import caseless, normal_email

COUNTED = "counted"  # as a status: every one that counts in figures


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """`created_from` inclusive, `created_before` exclusive, both UTC; amounts inclusive; `source` in any case.

    `search` is the start of a reference or a whole e-mail; `text` is what staff type, and finds more.
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
        """The one status asked for; empty for all, and for those that count."""
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
            and self.contact_id in ("", order.contact_id)
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


def keeps_status(wanted: str, status: str) -> bool:
    """Whether an order's status is the one wanted: one by name, COUNTED, or empty for any."""
    return is_counted(status) if wanted == COUNTED else wanted in ("", status)
