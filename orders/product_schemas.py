"""What the OpenAPI schema says of products. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from rest_framework import serializers

from orders.order_schemas import ORDER_EXAMPLE, OrderSerializer
from orders.products.selectors import SORTS
from packprod.api.operations import ALWAYS, FILES, path
from packprod.api.parameters import LIST_FORMAT, PAGING
from packprod.api.schemas import Documented, Money, answer, documented, envelope, enveloped, page, query

PRODUCT_EXAMPLE = {
    "productCode": "BOX-A4",
    "description": "Mailing box A4",
    "units": 1200,
    "revenue": 1020.00,
    "orders": 12,
    "firstOrderDate": "2025-01-15T14:20:00Z",
    "lastOrderDate": "2025-10-20T10:30:00Z",
}


class ProductSerializer(Documented):
    """A product's figures over all orders that count: those not cancelled or refunded."""

    productCode = serializers.CharField()
    description = serializers.CharField(help_text="As on the latest order.")
    units = Money(help_text="Pieces.")
    revenue = Money(help_text="Σ quantity × unitPrice.")
    orders = serializers.IntegerField(min_value=1, help_text="Each counts once.")
    firstOrderDate = serializers.DateTimeField()
    lastOrderDate = serializers.DateTimeField()


class PartnerSerializer(Documented):
    """A product that orders hold together with another."""

    productCode = serializers.CharField()
    description = serializers.CharField(help_text="As on the latest order.")
    orders = serializers.IntegerField(min_value=1, help_text="That hold both.")


class ProductDetailSerializer(ProductSerializer):
    """A product's figures over all orders that count, and what is bought together with it."""

    boughtTogether = PartnerSerializer(
        many=True,
        help_text="The 10 most frequent, then by code. Orders with more than 100 different products are left out.",
    )


class ProductOrderSerializer(OrderSerializer):
    """An order, with what it has of the product."""

    quantity = Money(help_text="Pieces of this product.")
    lineTotal = Money(help_text="Of this product's lines.")


list_products = documented(
    "listProducts",
    "List all products",
    tag="Products",
    answers={
        200: page(
            "ProductPage", ProductSerializer, "A page of products.", example=PRODUCT_EXAMPLE, source="projection"
        ),
        **FILES,
    },
    parameters=[
        query("search", "Each word starts a word of the code or the description; case and accents do not matter."),
        query("sort", "What the list is sorted by.", enum=list(SORTS), default="revenue"),
        query("order", "By default desc, and asc for productCode.", enum=["desc", "asc"]),
        *PAGING,
        LIST_FORMAT,
    ],
)
PRODUCT_CODE = path("productCode", "The product's code; a slash in it may stay as it is.")
get_product = documented(
    "getProduct",
    "Retrieve a product",
    tag="Products",
    answers={
        200: answer(
            envelope("ProductAnswer", ProductDetailSerializer()),
            "The product.",
            example=enveloped(
                PRODUCT_EXAMPLE
                | {"boughtTogether": [{"productCode": "TAPE-48", "description": "Tape 48 mm", "orders": 7}]},
                source="projection",
            ),
        )
    },
    errors=(*ALWAYS, 404),
    parameters=[PRODUCT_CODE],
)
list_product_orders = documented(
    "listProductOrders",
    "List a product's orders",
    tag="Products",
    answers={
        200: page(
            "ProductOrderPage",
            ProductOrderSerializer,
            "Orders with the product, newest first.",
            example=ORDER_EXAMPLE | {"quantity": 100, "lineTotal": 85.00},
            source="projection",
        ),
        **FILES,
    },
    errors=(*ALWAYS, 404),
    parameters=[PRODUCT_CODE, *PAGING, LIST_FORMAT],
)
