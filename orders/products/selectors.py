"""Reads products: one (`product_detail`), sorted lists with search (`product_list`), the orders of one
(`product_orders`). Each reads what it returns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from orders.lists import fetched
from orders.order import Order
from orders.products.read_models import PRODUCTS, SEARCH_KIND, product_id
from orders.products.tables import Product
from orders.read_models import KEY_LENGTH, SEPARATOR
from packprod.dynamodb.reads import Item, Partition, Range, batch_get, get, query_all, query_page, starts_with
from packprod.errors import NotFound
from packprod.readmodels.movers import Reading, without_movers
from packprod.readmodels.pages import Page, take_page
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.search_index import few_subjects
from packprod.readmodels.tables import Projection
from packprod.text import caseless, matches, query_words

SORTS = {
    "revenue": ("revenue-index", "byRevenue"),
    "units": ("units-index", "byUnits"),
    "orders": ("orders-index", "byOrders"),
    "productCode": ("productCode-index", "byProductCode"),
}
_SPELLINGS = 20  # products whose codes differ in case only


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

    def behind(self, key: str, position: str | None) -> bool:
        """Whether a row with this sort key comes after the position."""
        return position is None or (key < position if self.descending else key > position)


def product_list(listing: ProductListing, *, limit: int, position: Sequence[str] | None, now: datetime) -> Page[Item]:
    """A page of product rows."""
    reading = Reading.at(position, now=now)
    page = _found_page(listing, limit=limit, position=reading.after)
    rows = without_movers(page.items, reading, sort=listing.key, descending=listing.descending, state_id=_state_id)
    return reading.continued(replace(page, items=rows))


def _state_id(row: Item) -> str:
    return bucket_id(PRODUCTS.name, row["productCode"])


def _found_page(listing: ProductListing, *, limit: int, position: str | None) -> Page[Item]:
    wanted = query_words(listing.search)
    few = few_subjects(SEARCH_KIND, wanted) if wanted else None
    if few is None:
        rows = query_all(_partition(listing, position), page_size=limit + 1)
        walk = ((row[listing.key], row) for row in rows)
        return take_page(walk, keep=lambda row: _found(row, wanted), limit=limit, first=position is None)
    found = [row for row in batch_get(Product, [(product_id(code),) for code in few]) if _found(row, wanted)]
    return _page_of(found, listing, limit=limit, position=position)


def _page_of(rows: Sequence[Item], listing: ProductListing, *, limit: int, position: str | None) -> Page[Item]:
    """A page of rows in hand, whose number is therefore known."""
    ordered = sorted(rows, key=lambda row: str(row[listing.key]), reverse=listing.descending)
    walk = ((row[listing.key], row) for row in ordered if listing.behind(row[listing.key], position))
    page = take_page(walk, limit=limit, first=position is None)
    return Page(page.items, page.next_position, total=len(rows))


def _found(row: Item, wanted: Sequence[str]) -> bool:
    return not wanted or matches(wanted, (row["productCode"], row["description"]))


def _partition(listing: ProductListing, position: str | None) -> Partition:
    index, key = SORTS[listing.sort]
    return Partition(
        Product,
        index=index,
        hash=("clientID", settings.PACKPROD_CLIENT_ID),
        range=None if position is None else Range(key, "<" if listing.descending else ">", position),
        descending=listing.descending,
    )


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


def product_code_in_any_case(text: str) -> str:
    """The code as orders write it: the text itself, unless only a product whose code differs in case has orders."""
    same = starts_with("byProductCode", f"{caseless(text[:KEY_LENGTH])}{SEPARATOR}")
    ours = ("clientID", settings.PACKPROD_CLIENT_ID)
    page = query_page(Partition(Product, index="productCode-index", hash=ours, range=same), limit=_SPELLINGS)
    codes = [row["productCode"] for row in page.items]
    return text if text[:KEY_LENGTH] in codes or not codes else str(codes[0])


def product_descriptions(product_codes: Iterable[str]) -> dict[str, str]:
    """The descriptions, as on the latest order, of the products that have orders that count."""
    return {code: row["description"] for code, row in product_rows(product_codes).items()}


@dataclass(frozen=True, slots=True)
class ProductOrder:
    """An order, and what it holds of one product over all its lines."""

    order: Order
    quantity: Decimal
    line_total: Decimal


def product_orders(product_code: str, *, limit: int, position: str | None) -> Page[ProductOrder]:
    """A page of the orders with this product, newest first, whatever their status. Raises NotFound for none ever."""
    partition = Partition(
        Projection,
        hash=("bucket", bucket_id(PRODUCTS.name, product_code[:KEY_LENGTH])),
        range=None if position is None else Range("rowID", "<", position),
        descending=True,
    )
    slim = (([row["rowID"]], row["sourceID"]) for row in query_all(partition, page_size=limit + 1))
    walk = ((at[0], _of_product(order, product_code)) for at, order in fetched(slim, chunk=limit + 1))
    page = take_page(walk, limit=limit, first=position is None)
    if not page.items and position is None:
        raise NotFound(f"There are no orders with the product {product_code[:100]}.")
    return page


def _of_product(order: Order | None, product_code: str) -> ProductOrder | None:
    """None where the order has changed and does not hold the product any more."""
    lines = [item for item in order.items if item.product_code == product_code] if order else []
    if order is None or not lines:
        return None
    quantity = sum((line.quantity for line in lines), Decimal(0))
    return ProductOrder(order, quantity, sum((line.line_total for line in lines), Decimal(0)))
