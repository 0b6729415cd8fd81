"""The demo data is the same everywhere, imports without a problem, and has what a demo must show."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from time import process_time

import pytest
from django.core.management import CommandError, call_command

from customers.demo import DemoImport, demo_imports
from customers.demo.products import PRODUCTS
from customers.demo.seasons import SYDNEY
from customers.importing.drafts import parse_order
from orders.order import OrderDraft
from orders.statuses import is_counted
from packprod.dates import business_date

TODAY = date(2025, 10, 23)
NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)
SEGMENTS = {"VIP", "Active", "New", "Dormant"}


def drafts_of(imports: Iterable[DemoImport]) -> list[OrderDraft]:
    return [parse_order(each.payload, now=NOW, currency="AUD") for each in imports]


def final(imports: Iterable[DemoImport]) -> dict[str, OrderDraft]:
    """The orders as they stand after all imports, by reference."""
    orders: dict[str, OrderDraft] = {}
    for each in imports:
        [draft] = drafts_of([each])
        assert each.on_conflict == "update" or orders.setdefault(draft.order_reference, draft) == draft
        orders[draft.order_reference] = draft
    return orders


def segment(orders: list[OrderDraft], today: date) -> str:
    """The contract's section 6, written down once more."""
    days = [business_date(order.created_at) for order in orders]
    if (today - max(days)).days > 180:
        return "Dormant"
    if sum(order.total for order in orders) >= 5000 or len(orders) >= 20:
        return "VIP"
    return "New" if (today - min(days)).days <= 30 else "Active"


def segments(orders: Iterable[OrderDraft], today: date) -> set[str]:
    by_customer = defaultdict(list)
    for order in orders:
        if is_counted(order.status):
            by_customer[order.customer].append(order)
    return {segment(own, today) for own in by_customer.values()}


@pytest.fixture(scope="module")
def thousand() -> list[DemoImport]:
    return list(demo_imports(orders=1000, today=TODAY))


def test_the_same_arguments_give_the_same_bytes(thousand: list[DemoImport]) -> None:
    again = demo_imports(orders=1000, today=TODAY, seed=1)
    assert [json.dumps(each.payload) for each in again] == [json.dumps(each.payload) for each in thousand]
    other = next(demo_imports(orders=1000, today=TODAY, seed=2))
    assert other != thousand[0]


@pytest.mark.parametrize("orders", [0, 1, 5, 50, 333])
def test_as_many_orders_as_asked_for(orders: int) -> None:
    assert len(final(demo_imports(orders=orders, today=TODAY))) == orders


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("today", [TODAY, date(2026, 1, 1), date(2026, 3, 31), date(2028, 2, 29), date(2026, 7, 15)])
def test_fifty_orders_show_every_segment(today: date, seed: int) -> None:
    imports = demo_imports(orders=50, today=today, seed=seed)
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    orders = [parse_order(each.payload, now=now, currency="AUD") for each in imports]
    assert segments({order.order_reference: order for order in orders}.values(), today) == SEGMENTS


def test_a_thousand_orders_show_every_segment(thousand: list[DemoImport]) -> None:
    assert segments(final(thousand).values(), TODAY) == SEGMENTS


def test_every_payload_is_valid_and_its_total_is_exact(thousand: list[DemoImport]) -> None:
    for draft in drafts_of(thousand):
        assert draft.total == draft.subtotal + draft.tax + draft.shipping - draft.discount
        taxed = draft.subtotal + draft.shipping - draft.discount
        assert abs(draft.tax - taxed / 10) <= Decimal("0.005")


def test_money_is_text(thousand: list[DemoImport]) -> None:
    assert not any(isinstance(each.payload["total"], float) for each in thousand)
    assert all("." in each.payload["items"][0]["unitPrice"] for each in thousand)


def test_oldest_first_within_400_days_and_none_today(thousand: list[DemoImport]) -> None:
    times = [draft.created_at for draft in drafts_of(thousand)]
    assert times == sorted(times)
    assert business_date(times[0]) >= TODAY - timedelta(days=400)
    assert TODAY - timedelta(days=4) <= business_date(times[-1]) < TODAY


def test_seasons() -> None:
    times = [draft.created_at.astimezone(SYDNEY) for draft in drafts_of(demo_imports(orders=4000, today=TODAY))]
    weekend = sum(time.weekday() >= 5 for time in times)
    office = sum(8 <= time.hour < 18 for time in times)
    november = sum((time.year, time.month) == (2024, 11) for time in times)
    january = sum((time.year, time.month) == (2025, 1) for time in times)
    assert weekend < len(times) / 10
    assert office > len(times) * 0.7
    assert november > january * 1.3


def test_the_troubles_of_real_life(thousand: list[DemoImport]) -> None:
    orders = final(thousand)
    statuses = {order.status for order in orders.values()}
    assert statuses == {"received", "processing", "shipped", "completed", "cancelled", "refunded"}
    amended = [each for each in thousand if each.on_conflict == "update"]
    assert len(amended) == 40
    assert len(thousand) - len(orders) - len(amended) == 33  # sent again, unchanged
    assert any(order.discount for order in orders.values())
    assert {len(order.items) for order in orders.values()} >= {1, 2, 60}
    assert any(len({item.product_code for item in order.items}) < len(order.items) for order in orders.values())


def test_an_amended_order_differs_from_its_first_version(thousand: list[DemoImport]) -> None:
    first = {each.payload["orderReference"]: each for each in thousand if each.on_conflict == "reject"}
    for each in thousand:
        if each.on_conflict == "update":
            assert each.payload["total"] != first[each.payload["orderReference"]].payload["total"]


def test_customers_of_all_kinds(thousand: list[DemoImport]) -> None:
    by_phone = defaultdict(list)
    for order in final(thousand).values():
        by_phone[order.customer.phone].append(order)
    customers = [orders[0].customer for orders in by_phone.values()]
    counts = sorted(len(orders) for orders in by_phone.values())
    assert 100 <= len(customers) <= 125
    assert counts[len(counts) // 10] == 1
    assert counts[-1] > 100
    assert any(len(customer.name) > 80 for customer in customers)
    assert any(len(customer.company) > 80 for customer in customers)
    assert any(not customer.company for customer in customers)
    assert any("ł" in customer.name.lower() or "é" in customer.name for customer in customers)
    assert any(not customer.name[0].isascii() for customer in customers)
    assert all(
        customer.email.endswith(("@example.com", "@example.com.au")) or not customer.email for customer in customers
    )
    assert len({customer.email for customer in customers if customer.email}) >= len(customers) - 4


def test_products_and_their_changing_prices(thousand: list[DemoImport]) -> None:
    prices = defaultdict(set)
    for draft in drafts_of(thousand):
        for item in draft.items:
            prices[item.product_code].add(item.unit_price)
    assert len(PRODUCTS) >= 60
    assert prices.keys() == {product.code for product in PRODUCTS}
    assert sum(len(each) > 1 for each in prices.values()) > 10


def test_it_streams_and_is_fast() -> None:
    began = process_time()
    for _ in islice(demo_imports(orders=50_000, today=TODAY), 2_000):
        pass
    assert process_time() - began < 5


@pytest.mark.parametrize("orders", ["0", "-5"])
def test_no_orders_are_no_demo(orders: str) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        call_command("load_demo", f"--orders={orders}")
