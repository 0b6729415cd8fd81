"""The demo's imports: the orders of all demo customers, oldest first, with duplicates and amendments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from random import Random
from typing import Any, Literal, NamedTuple

from customers.demo.baskets import demo_lines, lines_in_order, money_of
from customers.demo.people import DemoCustomer, demo_customers
from customers.demo.seasons import DAYS, DemoYear, seeded
from orders.statuses import CANCELLED, COMPLETED, PROCESSING, RECEIVED, REFUNDED, SHIPPED
from packprod.dates import format_instant

FIRST_REFERENCE = 100_001
SOURCES = ("n8n", "n8n", "n8n", "webshop", "phone")


@dataclass(frozen=True, slots=True)
class DemoImport:
    """One import: a payload as HTTP takes it, and what to do if the reference exists."""

    payload: dict[str, Any]
    on_conflict: Literal["reject", "update"] = "reject"


class Moment(NamedTuple):
    """An order's instant and customer; sorts by time, then by customer."""

    instant: datetime
    customer: int


def demo_imports(*, orders: int, today: date, seed: int = 1) -> Iterator[DemoImport]:
    """Imports of `orders` different orders in the 400 days before `today` (a Sydney day), oldest first.

    Some orders come a second time: sent again unchanged (`reject`: nothing happens), or amended (`update`).
    Memory grows with the customers (an eighth of the orders), not with the orders.
    """
    year = DemoYear(today)
    customers = list(demo_customers(orders=orders, seed=seed))
    moments = merge(*(_moments(customer, year, seed) for customer in customers))
    for number, moment in enumerate(moments):
        chance = seeded(seed, "order", number)
        payload = _payload(number, moment.instant, customers[moment.customer], year, chance)
        yield DemoImport(payload)
        yield from _second_time(number, payload, chance)


def _moments(customer: DemoCustomer, year: DemoYear, seed: int) -> Iterator[Moment]:
    """A customer's orders, one in each of equally long periods: at any point of it, or near its middle if regular."""
    habit = customer.habit
    first, last = year.point(habit.first_days_ago), year.point(habit.last_days_ago)
    low, high = (0.4, 0.6) if habit.regular else (0.0, 1.0)
    for turn in range(habit.orders):
        within = seeded(seed, "moment", customer.number, turn).uniform(low, high)
        share = (turn + within) / habit.orders
        yield Moment(year.instant(first + (last - first) * share), customer.number)


def _payload(number: int, instant: datetime, customer: DemoCustomer, year: DemoYear, chance: Random) -> dict[str, Any]:
    day = year.day_number(instant)
    lines = demo_lines(customer, day=day, count=lines_in_order(number, chance), chance=chance)
    if number % 19 == 5:  # some people add the same product again at the end
        lines.append(lines[0] | {"quantity": lines[0]["quantity"] * 2})
    return {
        "orderReference": f"PP-{FIRST_REFERENCE + number}",
        "createdAt": format_instant(instant),
        "customer": _spelling(customer.contact, chance),
        "items": lines,
        **money_of(lines, chance),
        "currency": "AUD",
        "status": _status(number, age=DAYS - day, chance=chance),
        "source": chance.choice(SOURCES),
        "shippingAddress": customer.address,
    }


def _spelling(contact: dict[str, str], chance: Random) -> dict[str, str]:
    """The contact as typed this time: in 3 % of the orders with capitals in the address."""
    if chance.random() < 0.03 and "email" in contact:
        return contact | {"email": contact["email"].title()}
    return contact


def _status(number: int, *, age: int, chance: Random) -> str:
    """Every fortieth order is cancelled, and as many are refunded; the rest move on as they age (in days)."""
    if number % 40 == 7:
        return CANCELLED
    if number % 40 == 19:
        return REFUNDED
    if age <= 1:
        return RECEIVED
    if age <= 5:
        return chance.choice((RECEIVED, PROCESSING))
    return SHIPPED if age <= 9 else COMPLETED


def _second_time(number: int, payload: dict[str, Any], chance: Random) -> Iterator[DemoImport]:
    """Every thirtieth order is sent again unchanged, every twenty-fifth amended."""
    if number % 30 == 13:
        yield DemoImport(payload)
    if number % 25 == 11:
        first, *others = payload["items"]
        lines = [first | {"quantity": first["quantity"] * 2}, *others]
        yield DemoImport(payload | {"items": lines} | money_of(lines, chance), on_conflict="update")
