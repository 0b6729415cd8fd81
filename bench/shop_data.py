"""A shop of any size, made up but the same each time: rows of orders and contacts as another writer would store them.

People, firms and product names are the demo's (customers/demo); four years of dates, about ten orders a customer,
and a catalogue that grows slowly. The orders come in order of time, like a table that has filled up over the years.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from bench.order_rows import Row, contact_id, order_id
from customers.demo.generate import lines_in_order, money_of
from customers.demo.people import DemoCustomer, demo_customers
from customers.demo.products import PRODUCTS
from customers.demo.seasons import DAYS, DemoYear, seeded
from packprod.dates import format_instant
from packprod.money import CENT

YEARS = 4
SIZES = ("", "-S", "-M", "-L", "-XL")
COLOURS = ("", "-W", "-K")
STATUSES = ("received", "processing", "shipped", "cancelled", "refunded", *("completed",) * 35)


@dataclass(frozen=True, slots=True)
class Article:
    """A product in one of its variants."""

    code: str
    description: str
    price: Decimal
    pack: int
    popularity: int


class Shop:
    """A shop of one client with this many orders in the YEARS before `today`. Money is Decimal, instants are text."""

    def __init__(self, *, orders: int, today: date, client_id: str = "packprod", seed: int = 1) -> None:
        self.size, self.client_id, self._seed = orders, client_id, seed
        self._year = DemoYear(today)
        self.customers = list(demo_customers(orders=orders, seed=seed))

    @cached_property
    def articles(self) -> list[Article]:
        """The products: a few variants of each for a small shop, all of them from some 50,000 orders on."""
        variants = [(size, colour) for size in SIZES for colour in COLOURS]
        offered = variants[: max(3, min(len(variants), self.size // 3_500))]
        return [
            Article(product.code + size + colour, product.description, product.price, product.pack, product.popularity)
            for size, colour in offered
            for product in PRODUCTS
        ]

    def orders(self) -> Iterator[Row]:
        """The rows of `packprod-weborders`, oldest first."""
        for number, (instant, customer) in enumerate(sorted(self._moments())):
            yield self._order(number, instant, self.customers[customer])

    def contacts(self) -> Iterator[Row]:
        """The rows of `RocketReview_Contacts`."""
        for customer in self.customers:
            at = format_instant(self._year.instant(0))
            yield {
                "contactID": contact_id(customer.contact, client_id=self.client_id),
                "clientID": self.client_id,
                **customer.contact,
                "createdAt": at,
                "updatedAt": at,
                "source": "n8n",
            }

    def _moments(self) -> Iterator[tuple[datetime, int]]:
        """When each customer ordered: the demo's one year, extended to YEARS years."""
        for customer in self.customers:
            chance, habit = seeded(self._seed, "moments", customer.number), customer.habit
            for _ in range(habit.orders):
                days_ago = chance.uniform(habit.last_days_ago, habit.first_days_ago) * YEARS * 365 / DAYS
                year, within = divmod(days_ago, 365)
                instant = self._year.instant(self._year.point(min(within + chance.random(), DAYS - 1)))
                yield instant - timedelta(days=364 * year), customer.number

    def _order(self, number: int, instant: datetime, customer: DemoCustomer) -> Row:
        chance = seeded(self._seed, "order", number)
        reference, at = f"PP-{100_001 + number}", format_instant(instant)
        lines = [self._line(customer, chance) for _ in range(lines_in_order(number, chance))]
        money = {name: Decimal(value) for name, value in money_of(lines, chance).items()}
        return {
            "orderID": order_id(reference, client_id=self.client_id),
            "orderReference": reference,
            "clientID": self.client_id,
            "contactID": contact_id(customer.contact, client_id=self.client_id),
            "createdAt": at,
            "updatedAt": at,
            "status": chance.choice(STATUSES),
            "currency": "AUD",
            "customer": customer.contact,
            "items": [_stored(line) for line in lines],
            "subtotal": money["total"] - money["tax"] - money["shipping"] + money["discount"],
            **money,
            "source": "n8n",
        }

    def _line(self, customer: DemoCustomer, chance: Random) -> Row:
        """In 8 of 10 cases something that this customer always buys, else anything, popular products more often."""
        if chance.random() < 0.8:
            position = chance.choice(customer.favourites) + len(PRODUCTS) * (customer.number % self._variants)
        else:
            position = int(len(self.articles) * chance.random() ** 2)
        article = self.articles[position]
        packs = max(1, round(customer.habit.size * chance.uniform(40, 180) / float(article.price * article.pack)))
        return {
            "productCode": article.code,
            "description": article.description,
            "quantity": packs * article.pack,
            "unitPrice": str(article.price.quantize(CENT)),
        }

    @property
    def _variants(self) -> int:
        return len(self.articles) // len(PRODUCTS)


def _stored(line: Row) -> Row:
    return line | {"quantity": Decimal(line["quantity"]), "unitPrice": Decimal(line["unitPrice"])}
