"""From a changed order to right metrics, through the real stream."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from customers.selectors import customer_row
from packprod.readmodels.verify import verify


def test_an_imported_order_becomes_metrics(imported: Callable, caught_up: Callable, make_order: Callable, now: datetime) -> None:
    outcome = imported(make_order("A-1"), make_order("A-2"))[0].outcome
    caught_up()
    row, from_cache = customer_row(outcome.contact_id, now=now)
    assert from_cache
    assert (row["orderCount"], row["totalSpend"]) == (2, Decimal("30"))
    assert verify(settle=0) == []
