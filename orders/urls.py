"""Addresses of the orders API; a final slash is welcome and not needed."""

from django.urls import re_path

from orders.products.views import ProductListView, ProductOrdersView, ProductView
from orders.timeline.views import OrderEventsView
from orders.views import OrderListView, OrderView, ParkedOrdersView

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
