"""The demo's imports: what each order holds and costs; all orders oldest first, with duplicates and amendments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from heapq import merge
from random import Random
from typing import Any, Literal, NamedTuple

from customers.demo.people import DemoCustomer, demo_customers
from customers.demo.products import POPULARITY, PRODUCTS, price_on
from customers.demo.seasons import DAYS, DemoYear, seeded
from orders.statuses import CANCELLED, COMPLETED, PROCESSING, RECEIVED, REFUNDED, SHIPPED
from packprod.dates import format_instant
from packprod.money import CENT

GST = Decimal("0.10")
FREE_SHIPPING_FROM = 500
SHIPPING = (Decimal("9.95"), Decimal("14.50"), Decimal("24.00"))
LINES_OF_THE_LONG_ORDER = 60
NOTHING = Decimal("0.00")
Line = dict[str, Any]


def demo_lines(customer: DemoCustomer, *, day: int, count: int, chance: Random) -> list[Line]:
    """`count` lines at the prices of the day, most of them of the customer's favourites."""
    return [_line(_choice(customer, chance), day=day, size=customer.habit.size, chance=chance) for _ in range(count)]


def lines_in_order(number: int, chance: Random) -> int:
    """How many lines order `number` has: few as a rule; every 5,000th order is very long."""
    if number % 5_000 == 123:
        return LINES_OF_THE_LONG_ORDER
    return 1 + min(int(chance.expovariate(0.6)), 9)


def _choice(customer: DemoCustomer, chance: Random) -> int:
    if chance.random() < 0.8:
        return chance.choice(customer.favourites)
    return chance.choices(range(len(PRODUCTS)), weights=POPULARITY)[0]


def _line(position: int, *, day: int, size: float, chance: Random) -> Line:
    product, price = PRODUCTS[position], price_on(position, day)
    dollars = size * chance.uniform(40, 180)
    packs = max(1, round(dollars / float(price * product.pack)))
    return {
        "productCode": product.code,
        "description": product.description,
        "quantity": packs * product.pack,
        "unitPrice": str(price),
    }


def money_of(lines: list[Line], chance: Random) -> dict[str, str]:
    """The order's tax, shipping, discount and total, as text with two decimals."""
    subtotal = sum((line["quantity"] * Decimal(line["unitPrice"]) for line in lines), NOTHING)
    discount = (subtotal * chance.choice((5, 10)) / 100).quantize(CENT) if chance.random() < 0.1 else NOTHING
    shipping = NOTHING if subtotal >= FREE_SHIPPING_FROM else chance.choice(SHIPPING)
    tax = ((subtotal - discount + shipping) * GST).quantize(CENT)
    total = subtotal + tax + shipping - discount
    return {"tax": str(tax), "shipping": str(shipping), "discount": str(discount), "total": str(total)}


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
