"""Arrays: each order on its own, results in the order sent."""

from collections.abc import Callable
from typing import Any

from customers.importing.batch import ImportResult
from customers.tables import Contact
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.selectors import order_item
from packprod.dynamodb.reads import get


def fate(result: ImportResult) -> str:
    if result.error is not None:
        return result.error.code
    assert result.outcome is not None
    return "created" if result.outcome.created else "updated" if result.outcome.updated else "same"


def test_bad_ones_in_between_stop_no_good_one(imported: Callable[..., Any], make_order: Callable[..., Any]) -> None:
    imported(make_order("OLD"))
    payloads: list[Any] = [
        make_order("N-1", email="one@example.com"),
        {"orderReference": "X"},
        make_order("OLD", source="other"),
        5,
        make_order("N-2", email="two@example.com"),
        make_order("OLD"),
        make_order("N-3", items=[]),
        make_order("N-4", email="one@example.com"),
    ]
    results = imported(*payloads)
    assert [result.payload for result in results] == payloads
    assert [fate(result) for result in results] == [
        "created",
        "validation_failed",
        "order_conflict",
        "validation_failed",
        "created",
        "same",
        "validation_failed",
        "created",
    ]
    assert results[0].outcome.contact_id == results[7].outcome.contact_id != results[4].outcome.contact_id
    stored = order_list(OrderFilter(), limit=20).items
    assert {order.order_reference for order in stored} == {"OLD", "N-1", "N-2", "N-4"}


def test_one_reference_twice_in_one_array(imported: Callable[..., Any], make_order: Callable[..., Any]) -> None:
    first, again, other = imported(make_order("R"), make_order("R"), make_order("R", tax="1"))
    assert [fate(one) for one in (first, again, other)] == ["created", "same", "order_conflict"]
    assert again.outcome.order_id == first.outcome.order_id
    assert order_item(first.outcome.order_id)["tax"] == 0


def test_one_reference_twice_with_update_ends_as_the_last_one_sent(
    imported: Callable[..., Any], make_order: Callable[..., Any]
) -> None:
    results = imported(*(make_order("R", tax=str(tax)) for tax in range(5)), on_conflict="update")
    assert [fate(one) for one in results] == ["created", *["updated"] * 4]
    assert order_item(results[0].outcome.order_id)["tax"] == 4


def test_many_orders_of_few_new_customers(imported: Callable[..., Any], make_order: Callable[..., Any]) -> None:
    results = imported(*(make_order(f"R-{at}", email=f"p{at % 7}@example.com") for at in range(40)))
    assert {fate(one) for one in results} == {"created"}
    assert [one.outcome.order_reference for one in results] == [f"R-{at}" for at in range(40)]
    assert len({one.outcome.contact_id for one in results}) == 7
    assert sum(one.outcome.contact_created for one in results) == 7


def test_orders_that_share_a_reference_or_a_customer_go_in_the_order_sent(
    imported: Callable[..., Any], make_order: Callable[..., Any]
) -> None:
    """What the first order of a new customer says stays; the second order with a reference is another one."""
    chain = [("A", "new@x.com"), ("B", "new@x.com"), ("C", "c@x.com"), ("B", "other@x.com"), ("D", "other@x.com")]
    results = imported(
        *(
            make_order(reference, customer={"email": email, "name": f"{reference} {number}"})
            for number, (reference, email) in enumerate(chain)
        )
    )
    assert [one.status for one in results] == [201, 201, 201, 409, 201]
    assert [one.outcome.contact_created for one in results if one.outcome] == [True, False, True, True]
    contacts = {one.outcome.contact_id for one in results if one.outcome}
    assert sorted(get(Contact, one)["name"] for one in contacts) == ["A 0", "C 2", "D 4"]  # type: ignore[index]
