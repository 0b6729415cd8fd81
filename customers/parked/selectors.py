"""Which parked orders name no customer but say who ordered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from more_itertools import chunked

from orders.rows import customer_of, has_contact, worth
from orders.selectors import order_items
from packprod.dynamodb.reads import Item
from packprod.readmodels.parked import parked_orders

_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Assignable:
    """How many parked orders lack nothing but a customer and say who ordered, what they are worth, and how many of
    those without a customer do not say so."""

    orders: int
    amount: Decimal
    anonymous: int


def assignable() -> Assignable:
    """Counts what an assignment would do; reads every parked row. Raises EngineUnavailable."""
    orders, amount, anonymous = 0, Decimal(0), 0
    for item in parked_rows():
        if has_contact(item):
            continue
        if not says_who(item):
            anonymous += 1
            continue
        orders, amount = orders + 1, amount + (worth(item) or 0)
    return Assignable(orders, amount, anonymous)


def parked_rows() -> Iterator[Item]:
    """The stored rows of all parked orders."""
    yield from _rows(one.order_id for one in parked_orders())


def _rows(order_ids: Iterable[str]) -> Iterator[Item]:
    for chunk in chunked(order_ids, _READ_AT_ONCE):
        yield from order_items(chunk)


def says_who(item: Item) -> bool:
    """Whether an e-mail address or a phone number stands on the order."""
    customer = customer_of(item)
    return bool(customer.email or customer.phone)
