"""HTTP for products: parse, call one selector, render."""

from typing import Any

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.presentation import money, order_json
from orders.products.exports import product_export, product_order_export
from orders.products.selectors import (
    SORTS,
    ProductDetail,
    ProductListing,
    ProductOrder,
    product_detail,
    product_list,
    product_orders,
)
from packprod.api.answers import ok, pagination
from packprod.api.choices import choice
from packprod.api.parameters import (
    FORMAT_PARAMETERS,
    PAGE_PARAMETERS,
    page_params,
    refuse_unknown_parameters,
    requested_format,
)
from packprod.dates import utc_now
from packprod.dynamodb.reads import Item
from packprod.observability.timing import timed


class ProductListView(APIView):
    """`GET /api/products`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request) -> HttpResponseBase:
        """Products by sort and search."""
        refuse_unknown_parameters(request, ("search", "sort", "order", *PAGE_PARAMETERS, *FORMAT_PARAMETERS))
        sort = choice(request, "sort", tuple(SORTS), default="revenue")
        listing = ProductListing(
            sort=sort,
            descending=choice(request, "order", ("desc", "asc"), default=_natural(sort)) == "desc",
            search=request.query_params.get("search", ""),
        )
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
    required_permission = "orders.view_order"

    def get(self, request: Request, product_code: str) -> Response:
        """One product, and what is bought together with it."""
        refuse_unknown_parameters(request, ())
        with timed("getProduct") as reading:
            found = product_detail(product_code=product_code)
            reading.hit(items=1)
        return ok(_product_detail(found), source="projection", cache_hit=True)


class ProductOrdersView(APIView):
    """`GET /api/products/{productCode}/orders`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    def get(self, request: Request, product_code: str) -> HttpResponseBase:
        """The orders with a product, newest first."""
        refuse_unknown_parameters(request, (*PAGE_PARAMETERS, *FORMAT_PARAMETERS))
        if file_format := requested_format(request):
            return product_order_export(product_code, format=file_format)
        scope = f"product-orders:{product_code}"
        params = page_params(request, scope=scope)
        with timed("getProductOrders") as reading:
            page = product_orders(product_code, limit=params.limit, position=params.position)
            reading.hit(items=len(page.items))
        return ok(
            [_product_order(one) for one in page.items],
            source="projection",
            cache_hit=True,
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )


def _natural(sort: str) -> str:
    """Codes read from A to Z, figures from the largest."""
    return "asc" if sort == "productCode" else "desc"


def _product(row: Item) -> dict[str, Any]:
    return {
        "productCode": row["productCode"],
        "description": row["description"],
        "units": row["units"],
        "revenue": money(row["revenue"]),
        "orders": row["orders"],
        "firstOrderDate": row["firstOrderDate"],
        "lastOrderDate": row["lastOrderDate"],
    }


def _product_detail(found: ProductDetail) -> dict[str, Any]:
    together = [
        {"productCode": one.product_code, "description": one.description, "orders": one.orders}
        for one in found.bought_together
    ]
    return {**_product(found.row), "boughtTogether": together}


def _product_order(one: ProductOrder) -> dict[str, Any]:
    return {**order_json(one.order), "quantity": one.quantity, "lineTotal": money(one.line_total)}
