"""Orders and products as models of the admin, and the SQL rows of bulk changes.

`Order` and `Product` give the admin menu entries, permissions and pages; their rows lie in DynamoDB. Django names
addresses and permissions after the classes. The order itself is `orders.order.Order`; code that needs both writes
`models.Order` for the one here.
"""

from django.db import models

import orders.order
from orders.bulk.models import BulkStatusChange, BulkStatusItem
from packprod.admin.table_model import TableModel
from packprod.dynamodb.reads import Item
from packprod.readmodels.parked import ParkedOrder

__all__ = ["BulkStatusChange", "BulkStatusItem", "Order", "Product"]


class Order(TableModel):
    """A row of the order list: an order, or else a parked one with the reason.

    `item` is the row as stored; empty where a list read only what it shows.
    """

    order_id = models.CharField("order ID", primary_key=True, max_length=200)
    created_at = models.DateTimeField("date", null=True)

    order: orders.order.Order | None
    parked: ParkedOrder | None
    item: Item

    class Meta(TableModel.Meta):
        default_permissions = ("add", "change", "view")
        permissions = [("export_order", "Can export orders")]

    @classmethod
    def of(cls, found: orders.order.Order | ParkedOrder, item: Item | None = None) -> "Order":
        """The row of an order or of a parked one; `item` is how it is stored, where it was read whole."""
        order = found if isinstance(found, orders.order.Order) else None
        row = cls(order_id=found.order_id, created_at=order.created_at if order else None)
        row.order, row.parked, row.item = order, found if isinstance(found, ParkedOrder) else None, item or {}
        row._state.adding = False
        return row

    def __str__(self) -> str:
        return self.order.order_reference if self.order else str(self.item.get("orderReference") or self.order_id)


class Product(TableModel):
    """A row of the product list, with the figures of its counted orders; `item` as in `orders.products.tables`."""

    product_code = models.CharField("code", primary_key=True, max_length=200)
    units = models.DecimalField(max_digits=38, decimal_places=4)
    revenue = models.DecimalField(max_digits=38, decimal_places=4)
    orders = models.IntegerField()

    item: Item

    class Meta(TableModel.Meta):
        default_permissions = ("view",)
        permissions = [("export_product", "Can export products")]

    @classmethod
    def of(cls, item: Item) -> "Product":
        """The row of a stored product."""
        row = cls(
            product_code=item["productCode"], units=item["units"], revenue=item["revenue"], orders=int(item["orders"])
        )
        row.item = item
        row._state.adding = False
        return row

    def __str__(self) -> str:
        return self.product_code
