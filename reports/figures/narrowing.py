"""Figures narrowed to one product, or to the customers of a segment.

Exact, as figures are kept per product and per customer. What is not kept (a product's figures per customer) cannot
be given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np

from customers.population.selectors import Members, segment_members
from orders.products.selectors import product_code_in_any_case
from packprod.readmodels.held import Version
from packprod.readmodels.ordinals import Mask, are_chosen, mask
from reports.figures.amounts import added_by, joined
from reports.figures.held_figures import PeriodTotals, Piece
from reports.figures.key_sums import PRODUCTS


@dataclass(frozen=True, slots=True, eq=False)
class Narrow:
    """To which keys of which part figures are narrowed; without a part, not at all.

    `chosen` is called when the figures have been read, as a product has no ordinal before. The same `name` always
    chooses the same ones.
    """

    name: str = ""
    part: Literal["products", "customers"] | None = None
    chosen: Callable[[], Mask] = lambda: np.zeros(0, np.bool_)

    def totals(self, pieces: Sequence[Piece]) -> list[PeriodTotals]:
        """The totals of each piece: of a product, the orders that hold it, its units, and as revenue the sum of its
        lines; of customers, their orders, units and revenue."""
        if self.part is None:
            return [piece.totals for piece in pieces]
        columns = [(place, column) for place, piece in enumerate(pieces) for column in getattr(piece, self.part)]
        if not columns:
            return [PeriodTotals() for _ in pieces]
        found = [one for _, one in columns]
        kept = are_chosen(np.concatenate([one.keys for one in found]), self.chosen())
        places = np.repeat([place for place, _ in columns], [len(one.keys) for one in found])[kept]
        orders = np.zeros(len(pieces), np.int64)
        np.add.at(orders, places, np.concatenate([one.orders for one in found])[kept])
        revenue, units = (
            added_by(places, joined(amounts).taken(kept), len(pieces)).as_decimals()
            for amounts in ([one.revenue for one in found], [one.units for one in found])
        )
        return list(map(PeriodTotals, orders.tolist(), revenue, units))


EVERYTHING = Narrow()


def only_product(product_code: str) -> Narrow:
    """One product. Nothing by customer."""
    return Narrow(f"product {product_code}", "products", lambda: mask(PRODUCTS.known(product_code)))


def only_customers(members: Members) -> Narrow:
    """These customers. Nothing by product."""
    return Narrow(f"customers {members.version}", "customers", lambda: members.mask)


def narrowing(
    *, product: str = "", segment: str = "", now: datetime, versions: Mapping[str, Version] | None = None
) -> Narrow:
    """How to narrow figures to one product (its code in any case) or to the customers who are in a segment now.

    `versions`: those of `member_ids`, if they have been read already.
    """
    if product:
        return only_product(product_code_in_any_case(product))
    return only_customers(segment_members(segment, now=now, versions=versions)) if segment else EVERYTHING
