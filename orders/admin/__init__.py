"""Orders and products in the admin: lists, pages, and the panels these consist of."""

from orders.admin import order_admin as order_admin
from orders.admin.panels import ORDER_PANELS
from orders.admin.products import PRODUCT_PANELS
from orders.admin.timeline import timeline_panel
from packprod.admin.panels import register_panel, register_panels

__all__ = ["bulk_admin", "order_admin", "product_admin"]

register_panels("orders.order", ORDER_PANELS)
register_panel("orders.order", "timeline", timeline_panel, order=40)
register_panels("orders.product", PRODUCT_PANELS)
