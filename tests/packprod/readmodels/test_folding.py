"""Summaries that are kept up by changes: they read no stored rows, and say what all rows together say."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers import order_sums
from customers.reorders import read_model as reorders
from orders.products.read_model import PRODUCTS
from orders.products.tables import Product
from packprod.dynamodb import client
from packprod.readmodels import changes, commit, summary
from packprod.readmodels.plan import read_states
from packprod.readmodels.projection import project
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import mark, summarise
from packprod.readmodels.tables import Sums
from tests.packprod.readmodels.conftest import Follow, summarise_dirty
from tests.packprod.readmodels.foreign_writer import ForeignWriter
from tests.packprod.readmodels.stored import dirty, snapshot, stored

DAY = timedelta(days=1)
FOLDED = ("product", "day", "month", "all-time", "population-shard", "cohort", "population")


@pytest.fixture
def whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the read models whose summaries are computed from all rows from here on."""
    names: list[str] = []
    read_rows = summary.read_rows

    def noted(summary_id: str) -> list[dict[str, Any]]:
        names.append(summary_id.partition("#")[0])
        return read_rows(summary_id)

    monkeypatch.setattr(summary, "read_rows", noted)
    return names


@pytest.fixture
def two_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Customers with two orders have their sums stored, as those with more than a hundred have."""
    monkeypatch.setattr(order_sums, "MANY", 1)
    monkeypatch.setattr(reorders, "MANY", 1)


def one_item(code: str = "P", **others: Any) -> list[dict[str, Any]]:
    return [{"productCode": code, "quantity": 3, "unitPrice": Decimal("0.10"), **others}]


def at(now: datetime, **ago: float) -> str:
    return (now - timedelta(**ago)).isoformat().replace("+00:00", "Z")


def test_an_order_more_reads_no_other_orders(
    writer: ForeignWriter, follow: Follow, whole: list[str], now: datetime
) -> None:
    """Neither of its product nor of its day, and none of the other customers."""
    follow([writer.put("1", items=one_item(), createdAt=at(now, hours=3)), writer.put("2", contact="bob")])
    whole.clear()
    follow(writer.put("3", items=one_item(), createdAt=at(now, hours=2)))
    assert not set(FOLDED) & set(whole)
    assert verify(settle=0) == []


@pytest.mark.parametrize(
    "edit",
    [
        {"status": "cancelled"},
        {"total": Decimal("7.77")},
        {"items": one_item("Q")},
        {"items": one_item(quantity=Decimal("2.5"))},
        {"items": one_item(description="Another name")},
        {"createdAt": "2025-03-01T01:00:00Z"},
        {"contactID": "somebody"},
        {"status": "shipped"},
        {"total": "broken"},
        {"customer": {"name": "Another Ann", "email": "ann@example.com", "company": "", "phone": "+61 2 5550 1234"}},
        {"customer": {"email": "ann@example.com"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("order", ["first", "middle", "last"])
@pytest.mark.usefixtures("two_are_many")
def test_whatever_changes_in_an_order_the_sums_are_those_of_all(
    order: str, edit: dict[str, Any], writer: ForeignWriter, follow: Follow, now: datetime
) -> None:
    stored_orders: dict[str, dict[str, Any]] = {
        name: {"items": one_item(description="A name"), "createdAt": at(now, days=days)}
        for days, name in ((3, "first"), (2, "middle"), (1, "last"))
    }
    for name, facts in stored_orders.items():
        follow(writer.put(name, **facts))
    follow(writer.put(order, **(stored_orders[order] | edit)))
    assert verify(settle=0) == []
    follow(writer.put(order, **stored_orders[order]))
    assert verify(settle=0) == []
    follow(writer.delete(order))
    assert verify(settle=0) == []


def test_an_order_more_of_a_customer_with_many_reads_no_other_orders(
    two_are_many: None, writer: ForeignWriter, follow: Follow, whole: list[str], now: datetime
) -> None:
    """Neither for the customer nor for the reorders; and they are those of all orders, whatever the other names."""
    names = {"name": "Ann", "email": "ann@example.com", "company": "Acme", "phone": "+61 2 5550 1234"}
    for days in (90, 60, 30):
        follow(writer.put(f"{days}", items=one_item(), createdAt=at(now, days=days), customer=names))
    whole.clear()
    follow(writer.put("4", items=one_item(), createdAt=at(now, days=1), customer={"email": "ann@example.com"}))
    assert not {"customer", "reorder", "product", "cohort", "population"} & set(whole)
    assert verify(settle=0) == []
    follow(writer.put("4", status="cancelled", createdAt=at(now, days=1)))
    assert verify(settle=0) == []


def test_what_goes_as_it_came_leaves_nothing(
    writer: ForeignWriter, client_id: str, follow: Follow, now: datetime
) -> None:
    for name in "123":
        follow(writer.put(name, items=one_item()))
    for name in "213":
        follow(writer.delete(name))
    assert all(rows == {} for rows in snapshot(client_id).values())
    assert stored(Sums, client_id) == {}


def test_a_change_counts_once_however_often_it_is_delivered(
    writer: ForeignWriter, client_id: str, now: datetime
) -> None:
    """Each order is projected again before its product is summarised, and after."""
    for name in "1234":
        order = writer.put(name, items=one_item())
        project([order], now=now)
        touched = project([order], now=now)
        assert touched == set()
        summarise_dirty(now)
        project([order], now=now)
    summarise_dirty(now)
    [product] = stored(Product, client_id).values()
    assert product["orders"] == 4
    assert verify(settle=0) == []


def test_an_order_that_changes_while_its_product_is_summarised_counts_once(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, follow: Follow, now: datetime
) -> None:
    """Between the read of the state and the commit another order of the product is projected, and then goes."""
    follow([writer.put("1", items=one_item()), writer.put("2", items=one_item())])
    project([writer.put("3", items=one_item())], now=now)
    meanwhile: list[set[str]] = []
    decoded = changes.decoded

    def overtaken(text: str) -> Any:
        if not meanwhile:
            meanwhile.append(project([writer.put("4", items=one_item())], now=now))
            project([writer.delete("1")], now=now)
        return decoded(text)

    monkeypatch.setattr(summary, "decoded", overtaken)
    summarise([bucket_id(PRODUCTS.name, "P")], now=now)
    assert meanwhile
    summarise_dirty(now)
    [product] = stored(Product, client_id).values()
    assert product["orders"] == 3
    assert verify(settle=0) == []


def test_a_mark_without_a_change_makes_all_rows_count_again(
    writer: ForeignWriter, client_id: str, follow: Follow, whole: list[str], now: datetime
) -> None:
    """It may be of a program that knows no changes, such as that of the release before, while both run."""
    follow([writer.put("1", items=one_item()), writer.put("2", items=one_item())])
    project([writer.put("3", items=one_item())], now=now)
    mark(bucket_id(PRODUCTS.name, "P"), now=now)
    whole.clear()
    summarise_dirty(now)
    assert "product" in whole
    assert verify(settle=0) == []
    whole.clear()
    follow(writer.put("4", items=one_item()))
    assert "product" not in whole
    assert verify(settle=0) == []


def test_more_changes_than_an_item_can_hold(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, now: datetime
) -> None:
    """While no worker runs they pile up in the product's state; then it is marked without them."""
    text = "x" * 20_000
    monkeypatch.setattr("orders.oddities.LONGEST", 10**6, raising=False)
    for name in range(24):
        project([writer.put(f"{name}", items=one_item(description=text))], now=now)
    summarise_dirty(now)
    assert dirty(client_id) == set()
    [product] = stored(Product, client_id).values()
    assert product["orders"] == 24
    assert verify(settle=0) == []


def test_more_changes_than_one_commit_can_name(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, client_id: str, now: datetime
) -> None:
    monkeypatch.setattr(summary, "MOST_FOLDED", 3)
    monkeypatch.setattr(commit, "MOST_FOLDED", 3)
    for turn in range(2):
        for name in range(8):
            project([writer.put(f"{turn}{name}", items=one_item())], now=now)
        summarise([bucket_id(PRODUCTS.name, "P")], now=now)
        assert not read_states([bucket_id(PRODUCTS.name, "P")])[bucket_id(PRODUCTS.name, "P")].changes
        summarise_dirty(now)
        assert verify(settle=0) == []
    [product] = stored(Product, client_id).values()
    assert product["orders"] == 16


def calls_of(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How many calls to the engine some work takes, and how many items it reads."""
    counted = [0, 0]

    def count(*, items: int, size: int) -> None:
        counted[0] += 1
        counted[1] += items

    with monkeypatch.context() as patch:
        patch.setattr(client, "count_engine_call", count)
        work()
    return counted[0], counted[1]


def test_the_cost_of_a_change_does_not_depend_on_what_is_stored(
    monkeypatch: pytest.MonkeyPatch, writer: ForeignWriter, now: datetime
) -> None:
    """Of one product, on one day, by many customers: calls and items are the same after 3 orders and after 60."""
    names = iter(range(1000))

    def order() -> str:
        name = next(names)
        return writer.put(f"{name}", contact=f"c{name}", items=one_item(), createdAt=at(now, hours=12 - name / 100))

    def change() -> None:
        project([order()], now=now)
        summarise_dirty(now)

    for _ in range(3):
        change()
    few = calls_of(change, monkeypatch)
    project([order() for _ in range(56)], now=now)
    summarise_dirty(now)
    many = calls_of(change, monkeypatch)
    assert many[0] <= few[0] + 1
    assert many[1] <= few[1] + 2
    assert verify(settle=0) == []
