"""A parked row of another writer holds its reference: the import finds it, refuses, or mends it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from customers.importing.batch import ImportResult
from customers.services import customer_row
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.rows import order_from_row
from orders.selectors import order_item
from packprod.errors import OrderConflict
from packprod.readmodels.parked import parked_orders
from packprod.readmodels.rebuild.verify import verify
from tests.orders.foreign import put_order

Imported = Callable[..., list[ImportResult]]
BROKEN: list[dict[str, Any]] = [
    {"total": "many"},
    {"items": "two boxes", "customer": ["nobody"], "tax": {}, "extra": 5, "status": Decimal(5), "source": []},
    {"createdAt": "yesterday", "contactID": "k" * 500, "updatedAt": Decimal(5)},
    {"contactID": None, "createdAt": None, "items": None, "status": None, "total": None},
    {"currency": "USD", "importedStatus": Decimal(1), "updatedBy": [], "updateID": True},
]


@pytest.mark.parametrize("changes", BROKEN)
def test_a_parked_row_is_found_by_its_reference_and_mended(
    imported: Imported, make_order: Callable[..., Any], caught_up: Callable[[], None], changes: dict[str, Any]
) -> None:
    row = put_order(orderReference="ORD-9", colour="red", **changes)
    caught_up()
    [refused] = imported(make_order("ORD-9"))
    assert isinstance(refused.error, OrderConflict)
    assert [one.field for one in refused.error.problems] == ["order"]
    [mended] = imported(make_order("ORD-9"), on_conflict="update")
    assert mended.outcome is not None
    assert (mended.outcome.order_id, mended.outcome.updated) == (row["orderID"], True)
    order = order_from_row(order_item(row["orderID"]))
    assert (order.contact_id, order.total) == (mended.outcome.contact_id, Decimal(15))
    assert order_item(row["orderID"])["colour"] == "red"
    [again] = imported(make_order("ORD-9"))
    assert (again.error, again.outcome and again.outcome.updated) == (None, False)
    caught_up()
    assert parked_orders() == []
    assert [one.order_id for one in order_list(OrderFilter(), limit=9).items] == [row["orderID"]]
    assert customer_row(mended.outcome.contact_id, now=order.created_at)[0]["orderCount"] == 1
    assert verify(settle=0) == []


def test_what_can_be_read_of_a_broken_row_stays(
    imported: Imported, make_order: Callable[..., Any], caught_up: Callable[[], None]
) -> None:
    row = put_order(orderReference="ORD-9", status="shipped", source="lambda", total="many")
    caught_up()
    order = make_order("ORD-9")
    del order["createdAt"]
    imported(order, on_conflict="update")
    mended = order_item(row["orderID"])
    assert [mended[name] for name in ("createdAt", "status", "source")] == [row["createdAt"], "shipped", "lambda"]


def test_empty_maps_stop_no_stream(
    imported: Imported, make_order: Callable[..., Any], caught_up: Callable[[], None]
) -> None:
    row = put_order(customer={}, extra={"tags": [{}]})
    imported(make_order("R", note={"more": {}}))
    caught_up()
    assert len(order_list(OrderFilter(), limit=9).items) == 2
    assert order_item(row["orderID"])["customer"] == {}
    assert verify(settle=0) == []


@pytest.mark.parametrize(
    ("row", "reference"),
    [
        ({"orderID": "x" * 1500, "orderReference": "R" * 300}, "R"),
        ({"orderReference": None, "orderID": "ORD-9", "total": "many"}, "ORD-9"),
        ({"orderReference": Decimal(77), "total": "many"}, "77"),
        ({"orderReference": Decimal(77)}, "77"),
    ],
)
def test_odd_references_and_ids(
    imported: Imported,
    make_order: Callable[..., Any],
    caught_up: Callable[[], None],
    row: dict[str, Any],
    reference: str,
) -> None:
    put_order(**row)
    caught_up()
    [result] = imported(make_order(reference))
    assert (result.error is None) == (reference == "R")
    caught_up()
    assert verify(settle=0) == []
