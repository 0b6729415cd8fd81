"""Orders and products in the admin: lists, pages, and the panels these consist of."""

from orders.admin import order_admin as order_admin
from orders.admin import product_admin as product_admin
from orders.admin.order_panels import ORDER_PANELS
from orders.admin.product_panels import PRODUCT_PANELS
from packprod.admin.panels import register_panels

register_panels("orders.order", ORDER_PANELS)
register_panels("orders.product", PRODUCT_PANELS)
