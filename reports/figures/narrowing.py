"""Figures narrowed to one product, or to the customers of a segment.

Exact, as figures are kept per product and per customer. What is not kept (a product's figures per customer) cannot
be given.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from customers.population.selectors import segment_members
from orders.products.selectors import product_code_in_any_case
from reports.figures.figures import Figures
from reports.figures.selectors import Columns
from reports.figures.sums import Sum


@dataclass(frozen=True, slots=True)
class Narrow:
    """How to narrow figures, and which columns of them that needs."""

    columns: Columns
    narrowed: Callable[[Figures], Figures]


EVERYTHING = Narrow((), lambda figures: figures)


def only_product(product_code: str) -> Narrow:
    """One product: the orders that hold it, its units, and as revenue the sum of its lines."""

    def narrow(figures: Figures) -> Figures:
        one = figures.products.get(product_code, Sum())
        return Figures(orders=one.orders, revenue=one.revenue, units=one.units)

    return Narrow(("products",), narrow)


def only_customers(contact_ids: Collection[str]) -> Narrow:
    """These customers: their orders, units and revenue. Nothing by product."""

    def narrow(figures: Figures) -> Figures:
        narrowed = Figures()
        for contact_id in figures.customers.keys() & contact_ids:
            one = figures.customers[contact_id]
            narrowed.customers[contact_id] = one
            narrowed.orders += one.orders
            narrowed.revenue += one.revenue
            narrowed.units += one.units
        return narrowed

    return Narrow(("customers",), narrow)


def new_among(first_orders: Mapping[str, date], *, start: date, end: date) -> int:
    """How many of these customers ordered for the first time ever from start to end, both inclusive."""
    return sum(1 for day in first_orders.values() if start <= day <= end)


def narrowing(*, product: str = "", segment: str = "", now: datetime) -> Narrow:
    """How to narrow figures to one product (its code in any case) or to the customers who are in a segment now."""
    if product:
        return only_product(product_code_in_any_case(product))
    return only_customers(segment_members(segment, now=now).keys()) if segment else EVERYTHING
