"""Counts of orders by status and business day agree with looking at every order."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from orders.lists.counting import order_counts
from tests.orders.foreign import put_order
from tests.orders.ledger import Entry

SYDNEY = ZoneInfo("Australia/Sydney")
SPANS = [
    (None, None),
    (date(2025, 4, 5), date(2025, 4, 6)),
    (date(2025, 4, 6), date(2025, 10, 5)),
    (date(2025, 5, 1), date(2025, 5, 31)),
    (date(2025, 5, 1), date(2025, 7, 12)),
    (date(2025, 5, 9), date(2025, 6, 30)),
    (date(2025, 5, 31), date(2025, 6, 1)),
    (date(2025, 6, 15), None),
    (None, date(2025, 2, 28)),
    (date(2030, 1, 1), date(2030, 12, 31)),
    (date(2025, 6, 20), date(2025, 6, 10)),
    (date(2025, 10, 20), date(2025, 4, 15)),
]


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_counts_of_a_span(ledger: list[Entry], first: date | None, last: date | None) -> None:
    days = [(entry.created_at.astimezone(SYDNEY).date(), entry.status) for entry in ledger]
    inside = [status for day, status in days if (not first or day >= first) and (not last or day <= last)]
    assert order_counts(first=first, last=last) == Counter(inside)


def test_an_order_that_moves_leaves_its_day(client_id: str, caught_up: Callable[..., None]) -> None:
    row = put_order(status="received", createdAt="2025-10-20T10:30:00Z")
    caught_up()
    put_order(**row | {"status": "cancelled", "createdAt": "2025-09-30T13:59:59Z"})
    caught_up()
    assert order_counts(first=date(2025, 10, 1), last=None) == Counter()
    assert order_counts(first=None, last=date(2025, 9, 30)) == Counter({"cancelled": 1})
