"""Orders, products and bulk changes in the admin. Importing it registers their pages and panels."""

from orders.admin import order_admin as order_admin
from orders.admin.panels import ORDER_PANELS
from orders.admin.products import PRODUCT_PANELS
from packprod.admin.panels import register_panels

register_panels("orders.order", ORDER_PANELS)
register_panels("orders.product", PRODUCT_PANELS)
