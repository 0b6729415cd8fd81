"""The addresses of the peer: PackProd's own, where both have one."""

from django.contrib import admin
from django.urls import path

from bench.peer.shop import api, importing, reporting

urlpatterns = [
    path("admin/contacts/import", importing.ImportView.as_view()),
    path("admin/", admin.site.urls),
    path("api/customers", api.CustomerListView.as_view()),
    path("api/customers/<uuid:pk>", api.CustomerView.as_view()),
    path("api/customers/<uuid:pk>/orders", api.CustomerOrdersView.as_view()),
    path("api/orders", api.OrderListView.as_view()),
    path("api/orders/<uuid:pk>", api.OrderView.as_view()),
    path("api/products", api.ProductListView.as_view()),
    path("api/products/<str:code>", api.ProductView.as_view()),
    path("api/products/<str:code>/orders", api.ProductOrdersView.as_view()),
    path("api/reports/overview", reporting.OverviewView.as_view()),
    path("api/reports/products", reporting.ProductsView.as_view()),
    path("api/reports/sales", reporting.SalesView.as_view()),
    path("api/reports/statistics", reporting.StatisticsView.as_view()),
]
