"""Fixtures of the tests of joined contacts."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from customers.merging.services import contact_merge, contact_orders_move, contact_unmerge

Join = Callable[[str, str], str]
Part = Callable[[str], str]


@pytest.fixture
def buy(imported: Any, make_order: Any, caught_up: Any) -> Callable[..., str]:
    """Imports an order and follows it; returns the contactID in the answer."""

    def run(reference: str, email: str, total: str = "15.00", **changes: Any) -> str:
        line = {"productCode": "BOX-A4", "description": "Box", "quantity": 1, "unitPrice": total}
        outcome = imported(make_order(reference, email=email, items=[line], **changes))[0].outcome
        caught_up()
        return str(outcome.contact_id)

    return run


@pytest.fixture
def join(now: datetime) -> Join:
    """Joins the first contact with the second, and moves the orders."""

    def run(contact_id: str, into: str) -> str:
        left = contact_merge(contact_id=contact_id, into=into, merged_by="anna", now=now)
        contact_orders_move(contact_id=contact_id, now=now)
        return left

    return run


@pytest.fixture
def part(now: datetime) -> Part:
    """Parts a contact again, and moves the orders."""

    def run(contact_id: str) -> str:
        left = contact_unmerge(contact_id=contact_id)
        contact_orders_move(contact_id=contact_id, now=now)
        return left

    return run
