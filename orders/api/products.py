"""`/api/products`: the list, one product, and its orders."""

from decimal import Decimal
from typing import Annotated

from django.http.response import HttpResponseBase
from msgspec import Meta, structs
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.order_json import ORDER_EXAMPLE, OrderJson
from orders.products.export import product_export, product_order_export
from orders.products.selectors import (
    SORTS,
    ProductDetail,
    ProductListing,
    ProductOrder,
    product_detail,
    product_list,
    product_orders,
)
from packprod.api.answers import Instant, JsonObject, Money, ok, pagination
from packprod.api.operations import ALWAYS, FILES, answer_of, operation, page_of, path_part
from packprod.api.parameters import LIST_FORMAT, PAGING, Choice, Text, page_params, requested_format
from packprod.dates import utc_now
from packprod.dynamodb.reads import Item
from packprod.json_objects import json_array, to_json
from packprod.money import money
from packprod.observability.timing import timed
from packprod.rights import PRODUCT_ORDERS, PRODUCTS

PRODUCT_CODE = path_part("productCode", "The product's code; a slash within it is sent as %2F, or as it is.")
SEARCH = Text(
    "search",
    "Each word starts a word of the code or the description; case, accents and dashes do not matter, and 300x200 is "
    "300×200.",
)
SORT = Choice("sort", tuple(SORTS), "What the list is sorted by.", default="revenue")
DIRECTION = Choice("order", ("desc", "asc"), "By default desc, and asc for productCode.")


class ProductJson(JsonObject):
    """A product's figures over all orders that count: those not cancelled or refunded."""

    product_code: str
    description: Annotated[str, Meta(description="As on the latest order.")]
    units: Annotated[Decimal, Meta(description="Pieces.")]
    revenue: Annotated[Money, Meta(description="Σ quantity × unitPrice.")]
    orders: Annotated[int, Meta(ge=1, description="Each counts once.")]
    first_order_date: Instant
    last_order_date: Instant


class PartnerJson(JsonObject):
    """A product that orders hold together with another."""

    product_code: str
    description: Annotated[str, Meta(description="As on the latest order.")]
    orders: Annotated[int, Meta(ge=1, description="That hold both.")]


class ProductDetailJson(ProductJson):
    """A product's figures over all orders that count, and what is bought together with it."""

    bought_together: Annotated[
        list[PartnerJson],
        Meta(
            description="The 10 most frequent, then by code. Orders with more than 100 different products are left out."
        ),
    ]


class ProductOrderJson(OrderJson):
    """An order, with what it has of the product."""

    quantity: Annotated[Decimal, Meta(description="Pieces of this product.")]
    line_total: Annotated[Money, Meta(description="Of this product's lines.")]


PRODUCT_EXAMPLE = ProductJson(
    product_code="BOX-A4",
    description="Mailing box A4",
    units=Decimal(1200),
    revenue=Decimal("1020.00"),
    orders=12,
    first_order_date="2025-01-15T14:20:00Z",
    last_order_date="2025-10-20T10:30:00Z",
)
PRODUCT_DETAIL_EXAMPLE = ProductDetailJson(
    **structs.asdict(PRODUCT_EXAMPLE),
    bought_together=[PartnerJson(product_code="TAPE-48", description="Tape 48 mm", orders=7)],
)
PRODUCT_ORDER_EXAMPLE = ProductOrderJson(
    **structs.asdict(ORDER_EXAMPLE), quantity=Decimal(100), line_total=Decimal("85.00")
)


class ProductListView(APIView):
    """`GET /api/products`"""

    required_scope = "api:read"
    required_permission = PRODUCTS.view
    export_permission = PRODUCTS.export

    @operation(
        "listProducts",
        "List all products",
        tag="Products",
        query=(SEARCH, SORT, DIRECTION, *PAGING, LIST_FORMAT),
        answers={
            200: page_of(ProductJson, "A page of products.", example=PRODUCT_EXAMPLE, source="projection"),
            **FILES,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        """Products by sort and search."""
        sort = SORT.of(request)
        descending = (DIRECTION.of(request) or _natural(sort)) == "desc"
        listing = ProductListing(sort=sort, descending=descending, search=SEARCH.of(request))
        now = utc_now()
        if file_format := requested_format(request):
            return product_export(listing, format=file_format, now=now)
        scope = f"products:{listing}"
        params = page_params(request, scope=scope)
        with timed("listProducts") as reading:
            page = product_list(listing, limit=params.limit, position=params.position, now=now)
            reading.hit(items=len(page.items))
        return ok(
            [_product(row) for row in page.items],
            source="projection",
            cache_hit=True,
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )


class ProductView(APIView):
    """`GET /api/products/{productCode}`"""

    required_scope = "api:read"
    required_permission = PRODUCTS.view

    @operation(
        "getProduct",
        "Retrieve a product",
        tag="Products",
        path=[PRODUCT_CODE],
        query=(),
        answers={
            200: answer_of(
                ProductDetailJson,
                "The product.",
                name="ProductAnswer",
                source="projection",
                examples={"example": PRODUCT_DETAIL_EXAMPLE},
            )
        },
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, product_code: str) -> Response:
        """One product, and what is bought together with it."""
        with timed("getProduct") as reading:
            found = product_detail(product_code=product_code)
            reading.hit(items=1)
        return ok(_product_detail(found), source="projection", cache_hit=True)


class ProductOrdersView(APIView):
    """`GET /api/products/{productCode}/orders`"""

    required_scope = "api:read"
    required_permission = PRODUCT_ORDERS.view
    export_permission = PRODUCT_ORDERS.export

    @operation(
        "listProductOrders",
        "List a product's orders",
        tag="Products",
        path=[PRODUCT_CODE],
        query=(*PAGING, LIST_FORMAT),
        answers={
            200: page_of(
                ProductOrderJson,
                "Orders with the product, newest first.",
                example=PRODUCT_ORDER_EXAMPLE,
                source="projection",
            ),
            **FILES,
        },
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, product_code: str) -> HttpResponseBase:
        """The orders with a product, newest first."""
        if file_format := requested_format(request):
            return product_order_export(product_code, format=file_format)
        scope = f"product-orders:{product_code}"
        params = page_params(request, scope=scope)
        with timed("getProductOrders") as reading:
            page = product_orders(product_code, limit=params.limit, position=params.position)
            reading.hit(items=len(page.items))
        return ok(
            json_array(map(_product_order, page.items)),
            source="projection",
            cache_hit=True,
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )


def _natural(sort: str) -> str:
    """Codes read from A to Z, figures from the largest."""
    return "asc" if sort == "productCode" else "desc"


def _product(row: Item) -> ProductJson:
    return ProductJson(
        product_code=row["productCode"],
        description=row["description"],
        units=row["units"],
        revenue=money(row["revenue"]),
        orders=row["orders"],
        first_order_date=row["firstOrderDate"],
        last_order_date=row["lastOrderDate"],
    )


def _product_detail(found: ProductDetail) -> ProductDetailJson:
    together = [
        PartnerJson(product_code=one.product_code, description=one.description, orders=one.orders)
        for one in found.bought_together
    ]
    return ProductDetailJson(**structs.asdict(_product(found.row)), bought_together=together)


def _product_order(one: ProductOrder) -> bytes:
    """The order's JSON with the two further fields of a ProductOrderJson."""
    further = to_json({"quantity": one.quantity, "lineTotal": money(one.line_total)})
    return b"%b,%b" % (one.found.json[:-1], further[1:])
