"""Paging while others write: nobody twice, nobody lost who did not move."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from customers.lists import listing as listing_module
from customers.lists.listing import SORTS, Listing, customer_list
from customers.tables import CustomerMetrics
from orders.services import order_change_status
from packprod.dynamodb.reads import ItemPage, Partition, query_page_encoded
from packprod.readmodels import derivation
from packprod.readmodels.commit import commit
from packprod.readmodels.lists import walk as walk_module
from packprod.readmodels.plan import Plan
from tests.customers.shop import pages

PEOPLE, PAGE = 16, 4


@pytest.fixture
def people(
    imported: Callable[..., Any], caught_up: Callable[[], None], make_order: Callable[..., Any]
) -> dict[str, str]:
    """Sixteen customers with one order each: contactID and orderID."""
    outcomes = [result.outcome for result in imported(*(_order(make_order, number) for number in range(PEOPLE)))]
    caught_up()
    return {outcome.contact_id: outcome.order_id for outcome in outcomes}


def _order(make_order: Callable[..., Any], person: int, reference: str = "", price: int = 0) -> dict[str, Any]:
    order: dict[str, Any] = make_order(
        reference or f"first-{person}",
        createdAt=f"2025-0{1 + person % 8}-{10 + person % 20}T00:00:00Z",
        items=[{"productCode": "BOX", "quantity": 1, "unitPrice": price or 10 + person % 6}],
    )
    return order | {"customer": {"email": f"p{person}@example.com", "name": f"Name {person % 7}"}}


def test_whoever_does_not_move_is_seen_exactly_once_and_nobody_twice_in_every_list(
    people: dict[str, str],
    imported: Callable[..., Any],
    caught_up: Callable[[], None],
    make_order: Callable[..., Any],
    now: datetime,
) -> None:
    """All lists are walked in step; after each page some customers order, some orders are cancelled, some come new."""
    chance = random.Random(1)
    ids = list(people)
    moving = set(chance.sample(ids, 6))
    lists = [Listing("", sort, descending) for sort in SORTS for descending in (True, False)]
    walks = [pages(one, limit=PAGE) for one in lists]
    seen: list[Counter[str]] = [Counter() for _ in lists]
    for number in range(100):
        step = [next(walk, []) for walk in walks]
        if not any(step):
            break
        for counter, page in zip(seen, step, strict=True):
            assert len(set(page)) == len(page)
            counter.update(page)
        moved = ids.index(chance.choice(sorted(moving)))
        again = _order(make_order, moved, f"again-{number}", chance.choice((1, 400, 6000)))
        again["createdAt"] = (now - timedelta(days=chance.choice((0, 3, 300)))).isoformat()
        imported(again, _order(make_order, PEOPLE + number))
        cancelled = people[chance.choice(sorted(moving))]
        order_change_status(order_id=cancelled, status=chance.choice(("cancelled", "completed")), now=now)
        caught_up()
    assert number > PEOPLE // PAGE
    for counter, listing in zip(seen, lists, strict=True):
        assert {counter[one] for one in ids if one not in moving} == {1}, listing
        assert max(counter.values()) == 1, listing


def test_whoever_changes_segment_while_a_page_is_read_is_seen_once(
    people: dict[str, str],
    imported: Callable[..., Any],
    caught_up: Callable[[], None],
    make_order: Callable[..., Any],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Until there are indexes of all customers, each segment is read after the other: between two reads a VIP becomes
    Active."""
    monkeypatch.setattr(listing_module, "_is_there", lambda index: False)
    big = imported(_order(make_order, 5, "big", 6000))[0].outcome
    caught_up()

    def read_then_change(partition: Partition, **options: Any) -> ItemPage:
        page = query_page_encoded(partition, **options)
        order_change_status(order_id=big.order_id, status="cancelled", now=now)
        caught_up()
        return page

    monkeypatch.setattr(walk_module, "query_page_encoded", read_then_change)
    for sort in ("name", "totalSpend"):
        order_change_status(order_id=big.order_id, status="completed", now=now)
        caught_up()
        page = customer_list(Listing(sort=sort), search="", limit=100, position=None, now=now).page
        assert Counter(row["contactID"] for row in page.items) == Counter(list(people)), sort


def test_whoever_moves_when_a_batch_that_began_before_the_reader_is_committed_is_seen_once(
    people: dict[str, str],
    imported: Callable[..., Any],
    caught_up: Callable[..., None],
    make_order: Callable[..., Any],
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker has read the orders before a page is shown, and writes the row that they make after it."""
    began = now + timedelta(minutes=1)
    seen: list[list[str]] = []

    def commit_after_a_page(plans: Sequence[Plan], **instants: Any) -> None:
        if not seen and any(isinstance(row, CustomerMetrics) for plan in plans for row in plan.rows):
            seen.append(next(walk))
            instants["moved_at"] = began + timedelta(milliseconds=20)
        commit(plans, **instants)

    walk = pages(Listing(descending=False), limit=PAGE, now=began)
    imported(_order(make_order, 0, "much", 5000))
    monkeypatch.setattr(derivation, "commit", commit_after_a_page)
    caught_up()
    assert Counter(one for page in [*seen, *walk] for one in page) == Counter(list(people))
