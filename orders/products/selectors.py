"""Reads products: one (`product_detail`), sorted lists with search (`product_list`), the orders of one
(`product_orders`). Each reads what it returns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from orders.keys import KEY_LENGTH, SEPARATOR
from orders.listed import FoundOrder, named_orders
from orders.order import Order
from orders.products.read_model import CODE_KIND, PRODUCTS, SEARCH_KIND, product_id
from orders.products.tables import Product
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_page, starts_with
from packprod.errors import NotFound
from packprod.readmodels.lists.moved_rows import without_moved
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.search_index import few_subjects_of_word
from packprod.readmodels.lists.search_query import SearchQuery, search_query
from packprod.readmodels.lists.searching import SearchedList, search_pace
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition
from packprod.readmodels.rebuild.definitions import is_built
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from packprod.text import caseless

SORTS = {
    "revenue": ("revenue-index", "byRevenue"),
    "units": ("units-index", "byUnits"),
    "orders": ("orders-index", "byOrders"),
    "productCode": ("productCode-index", "byProductCode"),
}
_LISTED = (
    *("productCode", "description", "units", "revenue", "orders", "firstOrderDate", "lastOrderDate"),
    *Product.sort_attributes,
)
_SPELLINGS = 20  # products whose codes differ in spelling only


@dataclass(frozen=True, slots=True)
class ProductListing:
    """Which list: `sort` a key of SORTS."""

    sort: str = "revenue"
    descending: bool = True
    search: str = ""

    @property
    def key(self) -> str:
        """The attribute that the list is sorted by."""
        return SORTS[self.sort][1]


def product_list(listing: ProductListing, *, limit: int, position: Position | None, now: datetime) -> Page[Item]:
    """A page of product rows."""
    start = position or Position(began=now)
    page = _found_page(listing, start, limit=limit)
    rows = without_moved(page.items, start, sort=listing.key, descending=listing.descending, state_id=_state_id)
    return replace(page, items=rows)


def _state_id(row: Item) -> str:
    return bucket_id(PRODUCTS.name, row["productCode"])


def _found_page(listing: ProductListing, start: Position, *, limit: int) -> Page[Item]:
    query, bounds = search_query(listing.search), Bounds(after=start.after, descending=listing.descending)
    pace = search_pace(limit, drops=not query.is_blank)

    def fetch(codes: Iterable[str]) -> Iterator[tuple[str, Item]]:
        rows = batch_get(Product, map(_key, codes), attributes=(*_LISTED, "lastUpdated"))
        return ((row[listing.key], row) for row in rows)

    searched = SearchedList(
        kind=SEARCH_KIND if not query.is_blank and is_built(PRODUCTS) else None,
        query=query,
        pace=pace,
        walk=_indexed(listing).walk(bounds, chunk=pace),
        fetch=fetch,
        keep=lambda row: query.finds_text(row["productCode"], row["description"]),
    )
    return searched.page(start, limit=limit, descending=listing.descending)


def _key(product_code: str) -> tuple[str]:
    return (product_id(product_code),)


def _indexed(listing: ProductListing) -> SortedPartition:
    index, key = SORTS[listing.sort]
    return SortedPartition(Product, ("clientID", settings.PACKPROD_CLIENT_ID), key, index, _LISTED)


@dataclass(frozen=True, slots=True)
class Partner:
    """A product that is bought together with another: in how many orders."""

    product_code: str
    description: str
    orders: int


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product's row, and the up to 10 products that most of its orders hold too, most frequent first."""

    row: Item
    bought_together: list[Partner]


def product_detail(*, product_code: str) -> ProductDetail:
    """One product. Raises NotFound for a code that no counted order holds."""
    row = get(Product, product_id(product_code[:KEY_LENGTH]))
    if row is None:
        raise NotFound(f"There is no product {product_code[:100]} in orders that count.")
    return ProductDetail(row, bought_together(row))


def bought_together(row: Item) -> list[Partner]:
    """The products that most orders of a product's row hold too, most frequent first."""
    counts = sorted(row.get("boughtTogether", {}).items(), key=lambda pair: (-pair[1], pair[0]))
    descriptions = product_descriptions([code for code, _ in counts])
    return [Partner(code, descriptions.get(code, ""), int(orders)) for code, orders in counts]


def product_rows(product_codes: Iterable[str]) -> dict[str, Item]:
    """The rows of the products among the codes that have orders that count."""
    rows = batch_get(Product, [(product_id(code[:KEY_LENGTH]),) for code in product_codes])
    return {row["productCode"]: row for row in rows}


def product_codes_spelled(query: SearchQuery) -> frozenset[str] | None:
    """The product codes that the text is, in any spelling, whether their orders count or not; None where they are too
    many, or while the index is being built. Raises EngineUnavailable."""
    codes = few_subjects_of_word(CODE_KIND, query.code) if is_built(PRODUCTS) else None
    return frozenset(codes) if codes is not None and len(codes) <= _SPELLINGS else None


def product_code_in_any_case(text: str) -> str:
    """The code as orders write it: the text itself, unless only a product whose code differs in case has orders."""
    same = starts_with("byProductCode", f"{caseless(text[:KEY_LENGTH])}{SEPARATOR}")
    ours = ("clientID", settings.PACKPROD_CLIENT_ID)
    page = query_page(Partition(Product, index="productCode-index", hash=ours, range=same), limit=_SPELLINGS)
    codes = [row["productCode"] for row in page.items]
    return text if text[:KEY_LENGTH] in codes or not codes else str(codes[0])


def product_descriptions(product_codes: Iterable[str]) -> dict[str, str]:
    """The descriptions, as on the latest order, of the products that have orders that count."""
    keys = [(product_id(code[:KEY_LENGTH]),) for code in product_codes]
    rows = batch_get(Product, keys, attributes=("productCode", "description"))
    return {row["productCode"]: row["description"] for row in rows}


@dataclass(frozen=True, slots=True)
class ProductOrder:
    """An order, and what it holds of one product over all its lines."""

    found: FoundOrder
    quantity: Decimal
    line_total: Decimal

    @property
    def order(self) -> Order:
        """The whole order."""
        return self.found.order


def product_orders(product_code: str, *, limit: int, position: Position | None) -> Page[ProductOrder]:
    """A page of the orders with this product, newest first, whatever their status. Raises NotFound where no order
    has it."""
    start = position or Position()
    bucket = ("bucket", bucket_id(PRODUCTS.name, product_code[:KEY_LENGTH]))
    partition = SortedPartition(Projection, bucket, "rowID", attributes=("rowID", "sourceID"))
    rows = partition.walk(Bounds(after=start.after), chunk=limit + 1)
    walk = ((key, _of_product(found, product_code)) for key, found in named_orders(rows, chunk=limit + 1))
    page = take_page(walk, limit=limit, start=start)
    if not page.items and position is None:
        raise NotFound(f"There are no orders with the product {product_code[:100]}.")
    return page


def _of_product(found: FoundOrder | None, product_code: str) -> ProductOrder | None:
    """None where the order has changed and does not hold the product any more."""
    lines = [item for item in found.facts.items if item.product_code == product_code] if found else []
    if found is None or not lines:
        return None
    quantity = sum((line.quantity for line in lines), Decimal(0))
    return ProductOrder(found, quantity, sum((line.line_total for line in lines), Decimal(0)))
