"""Customers and the import inbox in the admin: lists, pages, panels, and what they add to the page of an order."""

from customers.admin import customer_admin as customer_admin
from customers.admin import duplicates as duplicates
from customers.admin.merging import merged_panel
from customers.admin.order_card import customer_card
from customers.admin.panels import CUSTOMER_PANELS
from customers.inbox.admin import order_import_panel
from packprod.admin.panels import register_panel, register_panels

register_panels("customers.customer", CUSTOMER_PANELS)
register_panel("customers.customer", "merged", merged_panel, order=40)
register_panel("orders.order", "customer", customer_card, order=15)
register_panel("orders.order", "import", order_import_panel, order=25)
