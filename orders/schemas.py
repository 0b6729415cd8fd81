"""What the OpenAPI schema says of each operation on orders and products: decorators of the views' methods."""

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, PolymorphicProxySerializer

from orders.customer_groups import customer_groups
from orders.listing import SORTS
from orders.order_schemas import (
    ORDER_EXAMPLE,
    PARKED_EXAMPLE,
    OrderSerializer,
    ParkedOrderDetailSerializer,
    ParkedOrderSerializer,
)
from orders.product_schemas import get_product, list_product_orders, list_products
from orders.products.views import ProductListView, ProductOrdersView, ProductView
from orders.statuses import ORDER_STATUSES
from packprod.api.operations import ALWAYS, FILES, path
from packprod.api.parameters import LIST_FORMAT, PAGING
from packprod.api.schemas import ROWS, answer, documented, envelope, enveloped, page, query

ORDER_ID = path("orderID", "The order's id, not its reference.")
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The order's `updatedAt` as the editor saw it, in quotes."
)
ORDER_PAGE = page("OrderPage", OrderSerializer, "Orders, sorted.", example=ORDER_EXAMPLE, source="orders")
_FOUND = PolymorphicProxySerializer("AnyOrder", [OrderSerializer, ParkedOrderDetailSerializer], None)
_TEXT = {"type": "string", "maxLength": 300}
_BOUND = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
_BOUNDS = [OpenApiExample("A day", "2025-10-01"), OpenApiExample("An instant", "2025-10-01T00:00:00+10:00")]
ORDER_FILTERS = (
    query("from", "The first business day, or an instant with an offset.", _BOUND, examples=_BOUNDS),
    query("to", "The last business day (inclusive), or an instant.", _BOUND, examples=_BOUNDS),
    query("status", "Only orders of this status.", enum=ORDER_STATUSES),
    query("search", "The start of an orderReference, or a whole e-mail address.", _TEXT),
    query("sort", "What they are sorted by; orders of one total by date.", enum=SORTS, default="createdAt"),
    query("order", "Largest, or newest, first; or last.", enum=("desc", "asc"), default="desc"),
)

list_orders = documented(
    "listOrders",
    "List all orders",
    tag="Orders",
    answers={200: ORDER_PAGE, **FILES},
    parameters=[
        *ORDER_FILTERS,
        query("contactID", "Only this customer's orders.", _TEXT),
        query("segment", "Only orders of customers who are in this segment now.", enum=customer_groups()),
        *PAGING,
        LIST_FORMAT,
        ROWS,
    ],
)
get_order = documented(
    "getOrder",
    "Retrieve an order",
    tag="Orders",
    answers={
        200: answer(
            envelope("OrderAnswer", _FOUND),
            "The order.",
            an_order=enveloped(ORDER_EXAMPLE, source="orders"),
            a_parked_order=enveloped(PARKED_EXAMPLE | {"parked": True}, source="orders"),
        )
    },
    errors=(*ALWAYS, 404),
    parameters=[ORDER_ID],
)
update_order_status = documented(
    "updateOrderStatus",
    "Change an order's status",
    tag="Orders",
    answers={
        200: answer(
            envelope("ChangedOrderAnswer", OrderSerializer()),
            "The order as it now is.",
            example=enveloped(ORDER_EXAMPLE | {"status": "shipped"}, source="orders"),
        )
    },
    errors=(*ALWAYS, 404, 409),
    parameters=[ORDER_ID, IF_MATCH],
    body={
        "type": "object",
        "properties": {
            "status": {"type": "string", "enum": ORDER_STATUSES},
            "updatedAt": {"type": "string", "description": "As the editor saw it; without it, nothing is compared."},
        },
        "required": ["status"],
        "additionalProperties": False,
    },
    bodies={
        "Shipped": {"status": "shipped"},
        "Shipped, if nobody changed it since": {"status": "shipped", "updatedAt": "2025-10-20T10:30:00Z"},
    },
)
list_parked_orders = documented(
    "listParkedOrders",
    "List parked orders",
    tag="Orders",
    answers={
        200: page(
            "ParkedOrderPage",
            ParkedOrderSerializer,
            "Parked orders, by id.",
            example=PARKED_EXAMPLE,
            source="projection",
        )
    },
    parameters=[*PAGING],
)

list_products(ProductListView.get)
get_product(ProductView.get)
list_product_orders(ProductOrdersView.get)
