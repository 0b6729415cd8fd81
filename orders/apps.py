"""Makes orders a Django app: registers the source of all read models and the order lists."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The weborder."""

    name = "orders"
    verbose_name = "Sales"  # the admin names it before each of its pages, and "Orders" twice reads badly

    def ready(self) -> None:
        """Tables and read models are known from here on."""
        from orders.contact_aliases import ContactAlias, aliases_version
        from orders.listed import ORDERS_LISTED
        from orders.lists.counting import ORDER_COUNT_DAYS, ORDER_COUNT_MONTHS, ORDER_COUNTS
        from orders.lists.read_model import ORDERS_BY_ODD_TIME, ORDERS_BY_ODDITY
        from orders.products.read_model import PRODUCTS
        from orders.products.tables import Product
        from orders.references import ORDERS_BY_OTHERS, ORDERS_RESPELLED
        from orders.rows import is_ours, order_from_row, worth
        from orders.tables import ListedOrder, WebOrder
        from orders.timeline.journal import order_event
        from orders.timeline.tables import OrderEvent
        from packprod.dynamodb.tables import register_tables
        from packprod.readmodels.registry import Source, register_read_model, register_source
        from packprod.readmodels.stream.journal import register_journal

        register_tables(WebOrder, ListedOrder, Product, OrderEvent, ContactAlias)
        register_journal(order_event)
        register_source(
            Source(table=WebOrder, owned=is_ours, parse=order_from_row, worth=worth, version=aliases_version)
        )
        for model in (
            ORDERS_LISTED,
            ORDERS_BY_OTHERS,
            ORDERS_RESPELLED,
            ORDERS_BY_ODD_TIME,
            ORDERS_BY_ODDITY,
            PRODUCTS,
            ORDER_COUNT_DAYS,
            ORDER_COUNT_MONTHS,
            ORDER_COUNTS,
        ):
            register_read_model(model)
