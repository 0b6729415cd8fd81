"""The addresses of the import and of the customers API, with or without a slash at the end."""

from django.urls import re_path

from customers.api import CustomerListView, CustomerOrdersView, CustomerView
from customers.importing.api import ImportView
from customers.inbox.services import import_keep
from customers.merging.api import CustomerMergeView
from customers.reorders.api import CustomerReordersView

urlpatterns = [
    re_path(r"^admin/contacts/import/?$", ImportView.as_view(keep=import_keep), name="import"),
    re_path(r"^api/customers/?$", CustomerListView.as_view(), name="customer-list"),
    # A contactID may hold a slash: the longer addresses come first.
    re_path(
        r"^api/customers/(?P<contact_id>.{1,500})/orders/?$",
        CustomerOrdersView.as_view(),
        name="customer-orders",
    ),
    re_path(
        r"^api/customers/(?P<contact_id>.{1,500})/reorders/?$",
        CustomerReordersView.as_view(),
        name="customer-reorders",
    ),
    re_path(
        r"^api/customers/(?P<contact_id>.{1,500})/merge/?$",
        CustomerMergeView.as_view(),
        name="customer-merge",
    ),
    re_path(r"^api/customers/(?P<contact_id>.{1,500}?)/?$", CustomerView.as_view(), name="customer"),
]
