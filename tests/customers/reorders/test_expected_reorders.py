"""Expected reorders and who is overdue: equal to a loop over the orders, on any day, in every filter and page."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from customers.reorders.selectors import ExpectedReorder, OverdueFilter, customer_reorders, overdue_list
from packprod.errors import NotFound
from packprod.readmodels.rebuild.verify import verify
from tests.customers.reorders.naive import Due, reorders
from tests.edited_shop import CUSTOMERS, NOW, PRODUCTS, EditedShop

MOST_PAGES = 100


def whole_list(wanted: OverdueFilter, now: datetime, *, limit: int = 200) -> list[ExpectedReorder]:
    rows: list[ExpectedReorder] = []
    position = None
    for _ in range(MOST_PAGES):
        page = overdue_list(wanted, limit=limit, position=position, now=now)
        rows += page.items
        position = page.next_position
        if position is None:
            return rows
    raise AssertionError("the list has no end")


def shown(due: Due, today: date) -> dict[str, Any]:
    """What the list must say of it, names apart."""
    return {
        "contactID": due.contact_id,
        "productCode": due.product_code,
        "description": f"A {due.product_code}",
        "orders": due.orders,
        "occasions": due.occasions,
        "lastOrderDate": due.last,
        "medianGapDays": due.gap,
        "nextExpectedDate": due.expected.isoformat(),
        "state": due.state(today),
        "daysOverdue": max(0, (today - due.expected).days),
    }


def naive_list(found: list[Due], wanted: OverdueFilter, today: date) -> list[dict[str, Any]]:
    states = [wanted.state] if wanted.state else ["overdue", "lost"]
    kept = [
        one
        for one in found
        if one.state(today) in states
        and wanted.contact_id in ("", one.contact_id)
        and wanted.product_code in ("", one.product_code)
    ]
    in_order = sorted(kept, key=lambda one: (one.expected, one.contact_id, one.product_code), reverse=wanted.descending)
    return [shown(one, today) for one in in_order]


def without_names(rows: Sequence[ExpectedReorder]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in ("name", "company", "email")} for row in rows]


def today_of(shop: EditedShop, now: datetime) -> date:
    return now.astimezone(ZoneInfo(shop.zone)).date()


@pytest.mark.parametrize("days", [0, 1, 2, 7, 30, 120, 400, 2_000])
def test_the_list_equals_a_loop_over_the_orders_on_any_day_without_a_write(edited: EditedShop, days: int) -> None:
    now = NOW + timedelta(days=days)
    found = list(reorders(edited.orders, edited.zone))
    for state in ("overdue", "lost", ""):
        for descending in (False, True):
            wanted = OverdueFilter(state, descending=descending)
            assert without_names(whole_list(wanted, now)) == naive_list(found, wanted, today_of(edited, now))


def test_the_shop_has_entries_in_every_state(edited: EditedShop) -> None:
    """Else the tests here would show little."""
    found = list(reorders(edited.orders, edited.zone))
    states = Counter(one.state(today_of(edited, NOW)) for one in found)
    assert min(states["expected"], states["overdue"], states["lost"]) >= 3, states


@pytest.mark.parametrize("limit", [1, 3, 10])
@pytest.mark.parametrize("descending", [False, True])
def test_pages_put_together_are_the_list(edited: EditedShop, limit: int, descending: bool) -> None:
    for state in ("overdue", ""):
        wanted = OverdueFilter(state, descending=descending)
        assert whole_list(wanted, NOW, limit=limit) == whole_list(wanted, NOW)


def test_filters_by_customer_and_product(edited: EditedShop) -> None:
    found = list(reorders(edited.orders, edited.zone))
    contacts = ["", "nobody", *edited.contacts.values()]
    for state in ("overdue", ""):
        for wanted in (
            *(OverdueFilter(state, contact_id=contact) for contact in contacts),
            *(OverdueFilter(state, product_code=code) for code in ("", "no such product", *PRODUCTS)),
            *(OverdueFilter(state, contact, PRODUCTS[0], descending=True) for contact in contacts),
        ):
            expected = naive_list(found, wanted, today_of(edited, NOW))
            assert without_names(whole_list(wanted, NOW, limit=2)) == expected, wanted


def test_a_customers_reorders_are_all_of_them_the_next_first(edited: EditedShop) -> None:
    found = list(reorders(edited.orders, edited.zone))
    ordering = {order.contact for order in edited.orders}
    for contact_id in ordering:
        page = customer_reorders(contact_id=contact_id, limit=200, position=None, now=NOW)
        theirs = [one for one in found if one.contact_id == contact_id]
        in_order = sorted(theirs, key=lambda one: (one.expected, one.product_code))
        assert without_names(page.items) == [shown(one, today_of(edited, NOW)) for one in in_order]
        assert page.total == len(theirs)
        assert all(row["email"] in CUSTOMERS and row["name"] == row["email"].partition("@")[0] for row in page.items)


def test_a_customers_reorders_come_page_by_page(edited: EditedShop) -> None:
    contact_id = max(
        edited.contacts.values(),
        key=lambda one: sum(1 for due in reorders(edited.orders, edited.zone) if due.contact_id == one),
    )
    whole = customer_reorders(contact_id=contact_id, limit=200, position=None, now=NOW).items
    first = customer_reorders(contact_id=contact_id, limit=1, position=None, now=NOW)
    rest = customer_reorders(contact_id=contact_id, limit=200, position=first.next_position, now=NOW)
    assert [*first.items, *rest.items] == whole
    assert len(whole) > 1


@pytest.mark.parametrize("contact_id", ["nobody", "x" * 500, "ü" * 500])
def test_a_contact_without_orders_is_not_found(edited: EditedShop, contact_id: str) -> None:
    with pytest.raises(NotFound):
        customer_reorders(contact_id=contact_id, limit=10, position=None, now=NOW)
    assert whole_list(OverdueFilter("", contact_id=contact_id), NOW) == []


def test_everything_in_the_shop_verifies(edited: EditedShop) -> None:
    assert len(edited.contacts) == len(CUSTOMERS)
    assert verify(settle=0) == []
