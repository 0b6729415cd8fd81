"""Addresses of the orders API; a final slash is welcome and not needed."""

from django.urls import re_path

from orders.views import OrderListView, OrderView, ParkedOrdersView

urlpatterns = [
    re_path(r"^api/orders/?$", OrderListView.as_view(), name="order-list"),
    re_path(r"^api/orders/parked/?$", ParkedOrdersView.as_view(), name="order-parked"),
    re_path(r"^api/orders/(?P<order_id>[^/]{1,500})/?$", OrderView.as_view(), name="order"),
]
