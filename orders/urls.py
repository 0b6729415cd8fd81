"""Addresses of the orders API; a final slash is welcome and not needed."""

from django.urls import re_path

from orders.api.one_order import OrderView
from orders.api.order_list import OrderListView, ParkedOrdersView
from orders.api.products import ProductListView, ProductOrdersView, ProductView
from orders.api.timeline import OrderEventsView

urlpatterns = [
    re_path(r"^api/orders/?$", OrderListView.as_view(), name="order-list"),
    re_path(r"^api/orders/parked/?$", ParkedOrdersView.as_view(), name="order-parked"),
    # An id of another writer may hold a slash, as may a product code: the longer addresses come first.
    re_path(r"^api/orders/(?P<order_id>.{1,500})/events/?$", OrderEventsView.as_view(), name="order-events"),
    re_path(r"^api/orders/(?P<order_id>.{1,500}?)/?$", OrderView.as_view(), name="order"),
    re_path(r"^api/products/?$", ProductListView.as_view(), name="product-list"),
    re_path(r"^api/products/(?P<product_code>.+)/orders/?$", ProductOrdersView.as_view(), name="product-orders"),
    re_path(r"^api/products/(?P<product_code>.+?)/?$", ProductView.as_view(), name="product"),
]
