"""Products bought together: counts of pairs, equal to a loop over what was sent."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from orders.products.read_model import LARGEST_BASKET
from orders.products.selectors import ProductListing, product_detail, product_list
from orders.services import order_change_status
from orders.tables import WebOrder
from packprod.errors import NotFound
from packprod.readmodels.rebuild.verify import verify
from tests.conftest import NOW
from tests.orders.foreign import put_order

CODES = [f"P-{number:02d}" for number in range(16)]


def lines(*codes: str) -> list[dict[str, Any]]:
    return [{"productCode": code, "description": f"A {code}", "quantity": 1, "unitPrice": "2.00"} for code in codes]


def naive_pairs(baskets: list[list[str]]) -> dict[str, list[tuple[str, int]]]:
    """Each product's ten most frequent partners by looking at every order."""
    pairs = Counter(pair for basket in baskets for pair in permutations(set(basket), 2))
    found: dict[str, list[tuple[str, int]]] = {code: [] for basket in baskets for code in basket}
    for (one, other), count in sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0][1])):
        found[one].append((other, count))
    return {code: partners[:10] for code, partners in found.items()}


def stored_pairs() -> dict[str, list[tuple[str, int]]]:
    rows = product_list(ProductListing(), limit=200, position=None, now=NOW).items
    found = {row["productCode"]: product_detail(product_code=row["productCode"]) for row in rows}
    return {code: [(one.product_code, one.orders) for one in detail.bought_together] for code, detail in found.items()}


def test_pairs_equal_a_loop_over_the_orders_after_random_edits(
    imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Callable[..., Any], now: datetime
) -> None:
    seed = random.Random(11)
    ids: dict[str, str] = {}
    baskets: dict[str, list[str]] = {}

    def send(reference: str) -> None:
        basket = [seed.choice(CODES[: seed.choice((3, 16))]) for _ in range(seed.randint(1, 6))]
        at = (now - timedelta(days=seed.randint(0, 90))).isoformat()
        (result,) = imported(make_order(reference, items=lines(*basket), createdAt=at), on_conflict="update")
        ids[reference], baskets[reference] = result.outcome.order_id, basket

    for number in range(60):
        send(f"B-{number}")
    caught_up()
    assert stored_pairs() == naive_pairs(list(baskets.values()))
    for reference in seed.sample(sorted(baskets), 30):
        match seed.choice(("items", "cancel", "delete")):
            case "items":
                send(reference)
            case "cancel":
                order_change_status(order_id=ids[reference], status="cancelled", now=now)
                del baskets[reference]
            case "delete":
                WebOrder(ids[reference]).delete()
                del baskets[reference]
    caught_up()
    assert stored_pairs() == naive_pairs(list(baskets.values()))
    assert verify(settle=0) == []


def test_a_product_twice_in_an_order_is_one_partner_and_never_its_own(
    imported: Any, caught_up: Any, make_order: Any
) -> None:
    imported(make_order("T-1", items=lines("BOX", "BOX", "TAPE", "TAPE", "BOX")), make_order("T-2", items=lines("BOX")))
    caught_up()
    assert stored_pairs() == {"BOX": [("TAPE", 1)], "TAPE": [("BOX", 1)]}


def test_partners_carry_the_description_of_their_latest_order(imported: Any, caught_up: Any, make_order: Any) -> None:
    renamed = [{**lines("TAPE")[0], "description": "Tape, brown"}]
    imported(
        make_order("D-1", items=lines("BOX", "TAPE")),
        make_order("D-2", items=renamed, createdAt="2025-10-21T00:00:00Z"),
    )
    caught_up()
    assert [one.description for one in product_detail(product_code="BOX").bought_together] == ["Tape, brown"]


@pytest.mark.parametrize(("products", "partners"), [(LARGEST_BASKET, 10), (LARGEST_BASKET + 1, 0)])
def test_a_price_list_is_no_basket(
    products: int, partners: int, imported: Any, caught_up: Any, make_order: Any
) -> None:
    imported(make_order("L-1", items=lines("BOX", *(f"L-{number}" for number in range(products - 1)))))
    caught_up()
    assert len(product_detail(product_code="BOX").bought_together) == partners


def test_codes_that_differ_only_behind_their_200th_character_are_one_product(client_id: str, caught_up: Any) -> None:
    put_order(items=[{"productCode": "X" * 200 + end, "quantity": 1, "unitPrice": "1.00"} for end in "AB"])
    caught_up()
    assert stored_pairs() == {"X" * 200: []}


def test_an_unknown_product_is_not_found(imported: Any, caught_up: Any, make_order: Any) -> None:
    imported(make_order("C-1", status="cancelled", items=lines("GONE")))
    caught_up()
    for code in ("GONE", "NEVER", "N" * 3000):
        with pytest.raises(NotFound):
            product_detail(product_code=code)
