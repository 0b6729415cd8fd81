"""The read model by product: a row per order and product (the list of a product's orders), and their sums."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.keys import KEY_LENGTH, SEPARATOR, newest_first_key
from orders.order import Order
from orders.products.tables import Product
from orders.statuses import is_counted
from packprod.dates import format_instant
from packprod.dynamodb.tables import Table
from packprod.readmodels.lists.search_index import SearchEntry, search_entries
from packprod.readmodels.lists.search_query import code_key
from packprod.readmodels.registry import Bucket, ProjectionRow, ReadModel
from packprod.text import caseless, words

SEARCH_KIND = "product"
CODE_KIND = "code"
LATER = 1.0
PARTNERS = 10
LARGEST_BASKET = 100  # a price list or a stock-take says nothing of what goes together, and names grow by its square
_OFFSET = 10**18  # keeps sort keys positive where other writers booked credits


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per product of an order, its lines added up; orders that do not count have theirs too."""
    counted = is_counted(order.status)
    common = {"counted": counted, "createdAt": format_instant(order.created_at)}
    rows = _sums(order)
    basket = frozenset(rows) if counted and len(rows) <= LARGEST_BASKET else frozenset()
    return [
        ProjectionRow(key=code, row_id=newest_first_key(order), data={**common, **row, **_partners(code, basket)})
        for code, row in rows.items()
    ]


def _sums(order: Order) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for item in order.items:
        row = rows.setdefault(item.product_code[:KEY_LENGTH], {"units": Decimal(0), "revenue": Decimal(0)})
        row["units"] += item.quantity
        row["revenue"] += item.line_total
        row["description"] = item.description or row.get("description", "")
    return rows


def _partners(code: str, basket: frozenset[str]) -> dict[str, frozenset[str]]:
    """The other products of the order, as a set: small in the row, quick to read. DynamoDB knows no empty one."""
    others = basket - {code}
    return {"partners": others} if others else {}


def bought_together(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """The PARTNERS products that most of these orders hold too, with how many do; of equals the first by code."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row.get("partners", ()))
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:PARTNERS])


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> Sequence[Table]:
    """The product's row and its search entries; for a product of which nothing counts only the entry of its code, by
    which its orders are found."""
    if not rows:
        return []
    code = bucket.key
    code_entries = search_entries(CODE_KIND, code, [code_key(code)])
    counted = [row for row in rows if row["counted"]]
    if not counted:
        return code_entries
    description = next((row["description"] for row in reversed(counted) if row["description"]), "")
    units = sum((row["units"] for row in counted), Decimal(0))
    revenue = sum((row["revenue"] for row in counted), Decimal(0))
    product = Product(
        product_id(code),
        client_id=settings.PACKPROD_CLIENT_ID,
        product_code=code,
        description=description,
        units=units,
        revenue=revenue,
        orders=len(counted),
        first_order_date=counted[0]["createdAt"],
        last_order_date=counted[-1]["createdAt"],
        bought_together=bought_together(counted),
        by_revenue=f"{_OFFSET + int(revenue * 10_000):020d}{SEPARATOR}{code}",
        by_units=f"{_OFFSET + int(units * 10_000):020d}{SEPARATOR}{code}",
        by_orders=f"{len(counted):010d}{SEPARATOR}{code}",
        by_product_code=f"{caseless(code)}{SEPARATOR}{code}",
    )
    return [product, *code_entries, *search_entries(SEARCH_KIND, code, words(code, description))]


def product_id(product_code: str) -> str:
    """The key of a product's row: client and code."""
    return f"{settings.PACKPROD_CLIENT_ID}#{product_code}"


PRODUCTS = ReadModel(
    name="product",
    project=project,
    summarise=summarise,
    summary_tables=(Product, SearchEntry),
    delay=LATER,
    version=5,
)
