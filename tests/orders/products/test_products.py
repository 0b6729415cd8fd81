"""Products from the orders' lines: lists, their orders, and orders too wide for one transaction."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from orders.products.selectors import SORTS, ProductListing, product_list, product_orders
from orders.services import order_change_status
from packprod.errors import NotFound
from packprod.readmodels.rebuild.verify import verify

NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)


def line(code: str, quantity: int = 1, price: str = "2.00", description: str = "") -> dict[str, Any]:
    return {"productCode": code, "quantity": quantity, "unitPrice": price, "description": description or f"A {code}"}


def figures(listing: ProductListing | None = None) -> dict[str, tuple[int, Decimal, Decimal]]:
    page = product_list(listing or ProductListing(), limit=200, position=None, now=NOW)
    return {row["productCode"]: (row["orders"], row["units"], row["revenue"]) for row in page.items}


def test_a_product_twice_in_one_order_adds_up_and_counts_once(imported: Any, caught_up: Any, make_order: Any) -> None:
    imported(make_order("P-1", items=[line("BOX", 2), line("TAPE"), line("BOX", 3, "1.50")]))
    caught_up()
    assert figures() == {"BOX": (1, Decimal(5), Decimal("8.50")), "TAPE": (1, Decimal(1), Decimal("2.00"))}
    assert verify(settle=0) == []


def test_orders_over_many_months_sum_up(imported: Any, caught_up: Any, make_order: Any) -> None:
    dates = [f"2025-{month:02d}-15T00:00:00Z" for month in range(1, 11)]
    imported(*(make_order(f"M-{at}", createdAt=at, items=[line("BOX")]) for at in dates))
    caught_up()
    assert figures() == {"BOX": (10, Decimal(10), Decimal(20))}
    row = product_list(ProductListing(), limit=1, position=None, now=NOW).items[0]
    assert (row["firstOrderDate"], row["lastOrderDate"]) == (dates[0], dates[-1])


def test_a_changed_order_leaves_its_old_products(imported: Any, caught_up: Any, make_order: Any) -> None:
    imported(make_order("C-1", items=[line("BOX"), line("TAPE")]), make_order("C-2", items=[line("TAPE")]))
    caught_up()
    imported(make_order("C-1", createdAt="2025-09-01T00:00:00Z", items=[line("LABEL", 7)]), on_conflict="update")
    caught_up()
    assert figures() == {"TAPE": (1, Decimal(1), Decimal(2)), "LABEL": (1, Decimal(7), Decimal(14))}
    with pytest.raises(NotFound):
        product_orders("BOX", limit=10, position=None)
    assert verify(settle=0) == []


def test_a_cancelled_order_counts_for_no_product_and_is_still_listed(
    imported: Any, caught_up: Any, make_order: Any, now: Any
) -> None:
    outcome = imported(make_order("X-1", items=[line("BOX")]))[0].outcome
    order_change_status(order_id=outcome.order_id, status="cancelled", now=now)
    caught_up()
    assert figures() == {}
    assert [one.order.status for one in product_orders("BOX", limit=10, position=None).items] == ["cancelled"]


def test_orders_of_a_product_come_newest_first_page_by_page(imported: Any, caught_up: Any, make_order: Any) -> None:
    days = range(1, 8)
    imported(*(make_order(f"N-{day}", createdAt=f"2025-10-0{day}T00:00:00Z", items=[line("BOX", day)]) for day in days))
    caught_up()
    quantities: list[Decimal] = []
    position: Any = None
    while True:
        page = product_orders("BOX", limit=3, position=position)
        quantities += [one.quantity for one in page.items]
        position = page.next_position
        if position is None:
            break
    assert quantities == sorted(map(Decimal, days), reverse=True)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_every_sort_pages_like_a_naive_one(
    sort: str, descending: bool, imported: Any, caught_up: Any, make_order: Any
) -> None:
    lines = [line(f"CODE-{n:02d}", quantity=n % 5 + 1, price=f"{n}.25") for n in range(9)]
    imported(make_order("S-1", items=lines), make_order("S-2", items=lines[:4]))
    caught_up()
    listing = ProductListing(sort=sort, descending=descending)
    expected = sorted(
        product_list(ProductListing(), limit=200, position=None, now=NOW).items,
        key=lambda row: (row[sort], row["productCode"]),
        reverse=descending,
    )
    found: list[str] = []
    position: Any = None
    while not found or position is not None:
        page = product_list(listing, limit=2, position=position, now=NOW)
        found += [row["productCode"] for row in page.items]
        position = page.next_position
    assert found == [row["productCode"] for row in expected]


@pytest.mark.parametrize("few", [600, 1])
def test_search_by_index_and_by_walk(
    few: int, monkeypatch: pytest.MonkeyPatch, imported: Any, caught_up: Any, make_order: Any
) -> None:
    monkeypatch.setattr("packprod.readmodels.lists.search_index.FEW", few)
    lines = [line("BOX-1", description="Mailing bôx, white"), line("BOX-2", description="Mailing tube"), line("TAPE")]
    imported(make_order("F-1", items=lines))
    caught_up()
    assert figures(ProductListing(search="mail BOX")).keys() == {"BOX-1", "BOX-2"}
    assert figures(ProductListing(search="box whi")).keys() == {"BOX-1"}
    assert figures(ProductListing(search="nothing")) == {}


def test_an_order_with_hundreds_of_products_is_projected_whole_and_leaves_whole(
    imported: Any, caught_up: Any, make_order: Callable[..., dict[str, Any]]
) -> None:
    imported(make_order("W-1", items=[line(f"W{n}") for n in range(400)]))
    caught_up()
    assert len(figures()) == 200
    assert verify(settle=0) == []
    imported(make_order("W-1", items=[line("ONE")]), on_conflict="update")
    caught_up()
    assert figures() == {"ONE": (1, Decimal(1), Decimal(2))}
    assert verify(settle=0) == []
