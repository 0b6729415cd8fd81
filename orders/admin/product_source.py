"""What the change list of products reads."""

from collections.abc import Sequence
from datetime import datetime

from orders.models import Product
from orders.products.selectors import ProductListing, product_list, product_rows
from packprod.admin.queries import TableQuery
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

_SORTS = {"revenue": "revenue", "units": "units", "orders": "orders", "product_code": "productCode"}


class ProductSource:
    """Positions are the selector's own."""

    filters = ()
    sorts = tuple(_SORTS)

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[Product]:
        listing = ProductListing(
            sort=_SORTS[query.sort or "revenue"],
            descending=query.descending or not query.sort,
            search=query.search,
        )
        page = product_list(listing, limit=limit, position=position, now=now)
        return Page([Product.of(row) for row in page.items], page.next_position, page.total, page.ended_early)

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[Product]:
        rows = product_rows(ids)
        return [Product.of(rows[code]) for code in dict.fromkeys(ids) if code in rows]

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        return None
