"""Addresses of the orders API; a final slash is welcome and not needed."""

from django.urls import re_path

from orders.api.one_order import OrderView
from orders.api.order_list import OrderListView, ParkedOrdersView
from orders.api.parked_address import ParkedAddressView
from orders.api.products import ProductListView, ProductOrdersView, ProductView
from orders.api.timeline import OrderEventsView
from packprod.api.addresses import id_pattern

ORDER_ID, PRODUCT_CODE = id_pattern("order_id"), id_pattern("product_code")

urlpatterns = [
    re_path(r"^api/orders/?\Z", OrderListView.as_view(), name="order-list"),
    re_path(r"^api/parked-orders/?\Z", ParkedOrdersView.as_view(), name="order-parked"),
    re_path(r"^api/orders/parked/?\Z", ParkedAddressView.as_view(), name="order-parked-or-one"),
    # The longer addresses come first: an id may hold slashes that were sent as they are.
    re_path(rf"^api/orders/{ORDER_ID}/events/?\Z", OrderEventsView.as_view(), name="order-events"),
    re_path(rf"^api/orders/{ORDER_ID}/?\Z", OrderView.as_view(), name="order"),
    re_path(r"^api/products/?\Z", ProductListView.as_view(), name="product-list"),
    re_path(rf"^api/products/{PRODUCT_CODE}/orders/?\Z", ProductOrdersView.as_view(), name="product-orders"),
    re_path(rf"^api/products/{PRODUCT_CODE}/?\Z", ProductView.as_view(), name="product"),
]
