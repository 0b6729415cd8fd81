"""Orders and products in the admin."""

from orders.admin import order_admin as order_admin
