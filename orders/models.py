"""The faces of orders and products in the admin; what they show lies in DynamoDB (`orders.tables`)."""

from django.db import models

from orders.bulk.models import BulkStatusChange, BulkStatusItem
from orders.order import Order as OrderData
from packprod.admin.table_model import TableModel
from packprod.dynamodb.reads import Item
from packprod.readmodels.parked import ParkedOrder

__all__ = ["BulkStatusChange", "BulkStatusItem", "Order", "Product"]


class Order(TableModel):
    """One order, or the row of one that is parked: `row` tells."""

    order_id = models.CharField("order ID", primary_key=True, max_length=200)
    created_at = models.DateTimeField("date", null=True)

    row: OrderData | ParkedOrder
    item: Item

    class Meta(TableModel.Meta):
        default_permissions = ("add", "change", "view")
        permissions = [("export_order", "Can export orders")]

    @classmethod
    def of(cls, row: OrderData | ParkedOrder, item: Item | None = None) -> "Order":
        """The face of an order; `item` is its row as stored, where it was read whole."""
        face = cls(order_id=row.order_id, created_at=row.created_at if isinstance(row, OrderData) else None)
        face.row, face.item = row, item or {}
        face._state.adding = False
        return face

    @property
    def order(self) -> OrderData | None:
        """The order; None while it is parked."""
        return self.row if isinstance(self.row, OrderData) else None

    @property
    def parked(self) -> ParkedOrder | None:
        """Why it cannot be used, while it is parked."""
        return self.row if isinstance(self.row, ParkedOrder) else None

    def __str__(self) -> str:
        return self.order.order_reference if self.order else str(self.item.get("orderReference") or self.order_id)


class Product(TableModel):
    """One product code, with the figures of its counted orders; `row` as in `orders.products.tables`."""

    product_code = models.CharField("code", primary_key=True, max_length=200)
    units = models.DecimalField(max_digits=38, decimal_places=4)
    revenue = models.DecimalField(max_digits=38, decimal_places=4)
    orders = models.IntegerField()

    row: Item

    class Meta(TableModel.Meta):
        default_permissions = ("view",)
        permissions = [("export_product", "Can export products")]

    @classmethod
    def of(cls, row: Item) -> "Product":
        """The face of a product's row."""
        face = cls(
            product_code=row["productCode"], units=row["units"], revenue=row["revenue"], orders=int(row["orders"])
        )
        face.row = row
        face._state.adding = False
        return face

    def __str__(self) -> str:
        return self.product_code
