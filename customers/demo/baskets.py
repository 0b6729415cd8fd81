"""The content and the money of a demo order: lines, GST, shipping and discount, all in exact cents."""

from decimal import Decimal
from random import Random
from typing import Any

from customers.demo.people import DemoCustomer
from customers.demo.products import POPULARITY, PRODUCTS, price_on
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
