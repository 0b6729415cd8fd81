"""The members of a segment equal a loop over the orders, on any day."""

from datetime import timedelta

import pytest

from customers.metrics import SEGMENTS
from customers.population.selectors import segment_members
from tests.edited_shop import NOW, EditedShop, naive_segments


def test_the_segments_have_members(edited: EditedShop) -> None:
    """Else the tests here would show little."""
    sizes = {name: len(members) for name, members in naive_segments(edited, NOW).items()}
    assert sum(1 for size in sizes.values() if size) >= 3, sizes


@pytest.mark.parametrize("days", [0, 1, 20, 31, 100, 181, 500])
def test_members_are_those_of_the_day_without_a_write(edited: EditedShop, days: int) -> None:
    now = NOW + timedelta(days=days)
    found = {name: segment_members(name, now=now).first_orders for name in SEGMENTS}
    assert {name: set(members) for name, members in found.items()} == naive_segments(edited, now)
    first = {order.contact: order.day(edited.zone) for order in reversed(edited.orders)}
    assert {contact: day for members in found.values() for contact, day in members.items()} == first
