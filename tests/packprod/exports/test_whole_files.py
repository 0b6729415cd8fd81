"""Files hold everybody although orders arrive while they are written."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

import customers.export
import orders.products.export
from customers.lists.listing import Listing
from orders.products.selectors import ProductListing
from packprod.readmodels.lists import pages, whole
from packprod.readmodels.lists.pages import every_item
from packprod.readmodels.lists.whole import in_order
from tests.packprod.exports.reading import body_of, csv_rows

CODES = [f"P-{number}" for number in range(8)]


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=3))), st.booleans(), st.integers(1, 4))
def test_in_order_is_sorted_whatever_a_run_holds(rows: list[tuple[int, str]], descending: bool, run: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "RUN", run)
        assert list(in_order(rows, key=lambda row: row[0], descending=descending)) == sorted(
            rows, key=lambda row: row[0], reverse=descending
        )


def test_rows_keep_their_types_over_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "RUN", 1)
    rows = [{"n": Decimal("2.50"), "set": {"a"}}, {"n": Decimal("1.10"), "set": {"b"}}]
    assert list(in_order(rows, key=lambda row: row["n"], descending=False)) == rows[::-1]


@pytest.fixture
def rising(
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    make_order: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[Any, str], None]:
    """Eight products of as many customers, P-0 with least revenue. `rising(module, name)`: after the first page that a
    file reads, an order makes the last product and customer the greatest."""

    def order(reference: str, number: int, quantity: int) -> dict[str, Any]:
        item = {"productCode": CODES[number], "quantity": quantity, "unitPrice": "1.00"}
        return make_order(reference, email=f"c{number}@example.com", items=[item])  # type: ignore[no-any-return]

    imported(*(order(f"ORD-{number}", number, 10 + number) for number in range(8)))
    caught_up()
    monkeypatch.setattr(pages, "ROWS_PER_READ", 2)

    def arm(module: Any, name: str) -> None:
        read, state = getattr(module, name), {"reads": 0}

        def reading(*args: Any, **kwargs: Any) -> Any:
            page = read(*args, **kwargs)
            state["reads"] += 1
            if state["reads"] == 1:
                imported(order("ORD-LATE", 0, 5_000))
                caught_up()
            return page

        monkeypatch.setattr(module, name, reading)

    return arm


def test_walking_by_a_figure_loses_what_rises(rising: Callable[[Any, str], None], now: datetime) -> None:
    """The fault that the files are guarded against."""
    rising(orders.products.export, "product_list")
    listing, module = ProductListing(), cast(Any, orders.products.export)
    rows = every_item(lambda limit, position: module.product_list(listing, limit=limit, position=position, now=now))
    assert "P-0" not in [row["productCode"] for row in rows]


def test_a_product_that_rises_meanwhile_is_in_the_file(rising: Callable[[Any, str], None], now: datetime) -> None:
    rising(orders.products.export, "product_list")
    for listing in (ProductListing(), ProductListing("units", descending=False), ProductListing("productCode")):
        found = [row["productCode"] for row in orders.products.export.products(listing, now=now)]
        assert sorted(found) == CODES, listing


def test_a_customer_who_rises_meanwhile_is_in_the_file(rising: Callable[[Any, str], None], now: datetime) -> None:
    """Also one who becomes a VIP by it, and so changes the partition."""
    rising(customers.export, "customer_list")
    for listing in (Listing(), Listing(sort="orderCount"), Listing(sort="lastOrderDate", descending=False)):
        found = [one.metrics.email for one in customers.export.customers(listing, search="", now=now)]
        assert sorted(found) == [f"c{number}@example.com" for number in range(8)], listing


@pytest.mark.parametrize(
    ("address", "module", "name", "column"),
    [
        ("/api/products?format=csv", orders.products.export, "product_list", 0),
        ("/api/customers?format=csv", customers.export, "customer_list", 2),
        ("/admin/orders/product/export/products/csv/", orders.products.export, "product_list", 0),
        ("/admin/customers/customer/export/customers/csv/", customers.export, "customer_list", 2),
    ],
)
def test_the_files_themselves(
    rising: Callable[[Any, str], None], boss: Client, address: str, module: Any, name: str, column: int
) -> None:
    rising(module, name)
    rows = csv_rows(body_of(boss.get(address)))[1:]
    assert len({row[column] for row in rows}) == len(rows) == 8


def test_files_are_in_the_order_of_their_list(rising: Callable[[Any, str], None], boss: Client) -> None:
    for sort, column, least_first in (("revenue", 3, False), ("units", 2, False), ("productCode", 0, True)):
        rows = csv_rows(body_of(boss.get(f"/api/products?sort={sort}&format=csv")))[1:]
        cells = [row[column] if sort == "productCode" else Decimal(row[column]) for row in rows]
        assert cells == sorted(cells, reverse=not least_first), sort
    rows = csv_rows(body_of(boss.get("/api/customers?sort=totalSpend&order=asc&format=csv")))[1:]
    assert [Decimal(row[5]) for row in rows] == sorted(Decimal(row[5]) for row in rows)
