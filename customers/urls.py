"""The addresses of the import and of the customers API, with or without a slash at the end."""

from django.urls import re_path

from customers.api import CustomerListView, CustomerOrdersView, CustomerView
from customers.importing.api import ImportView
from customers.inbox.services import import_keep
from customers.merging.api import CustomerMergeView
from customers.reorders.api import CustomerReordersView
from packprod.api.addresses import id_pattern

CONTACT_ID = id_pattern("contact_id")

urlpatterns = [
    re_path(r"^admin/contacts/import/?\Z", ImportView.as_view(keep=import_keep), name="import"),
    re_path(r"^api/customers/?\Z", CustomerListView.as_view(), name="customer-list"),
    # The longer addresses come first: an id may hold slashes that were sent as they are.
    re_path(rf"^api/customers/{CONTACT_ID}/orders/?\Z", CustomerOrdersView.as_view(), name="customer-orders"),
    re_path(rf"^api/customers/{CONTACT_ID}/reorders/?\Z", CustomerReordersView.as_view(), name="customer-reorders"),
    re_path(rf"^api/customers/{CONTACT_ID}/merge/?\Z", CustomerMergeView.as_view(), name="customer-merge"),
    re_path(rf"^api/customers/{CONTACT_ID}/?\Z", CustomerView.as_view(), name="customer"),
]
