"""The face of customers in the admin; what it shows lies in DynamoDB (`customers.tables`). The inbox lies in SQL."""

from datetime import date

from django.db import models

from customers.cache_row import metrics_from_row
from customers.inbox.models import ReceivedImport
from customers.metrics import Metrics, last_order_days_ago, segment
from customers.uncounted import UncountedContact
from packprod.admin.table_model import TableModel
from packprod.dynamodb.reads import Item

__all__ = ["Customer", "ReceivedImport"]


class Customer(TableModel):
    """A customer with orders that count: `metrics` are the facts of the cache row, `row` is the row. The page of a
    contact without such orders can be opened, too: it has `uncounted` instead of both."""

    contact_id = models.CharField("customer ID", primary_key=True, max_length=200)
    name = models.CharField(max_length=300)
    total_spend = models.DecimalField("spend", max_digits=38, decimal_places=4)
    order_count = models.IntegerField("orders")
    last_order_date = models.DateTimeField("last order")

    row: Item
    metrics: Metrics
    uncounted: UncountedContact | None = None
    today: date

    class Meta(TableModel.Meta):
        default_permissions = ("view",)
        permissions = [
            ("rebuild_customer", "Can rebuild a customer's metrics"),
            ("export_customer", "Can export customers"),
        ]

    @classmethod
    def of(cls, row: Item, *, today: date) -> "Customer":
        """The face of a readable cache row, as of a business day."""
        metrics = metrics_from_row(row)
        face = cls(
            contact_id=row["contactID"],
            name=metrics.name or metrics.company or metrics.email,
            total_spend=metrics.total_spend,
            order_count=metrics.order_count,
            last_order_date=metrics.last_order_date,
        )
        face.row, face.metrics, face.today = row, metrics, today
        face._state.adding = False
        return face

    @classmethod
    def of_uncounted(cls, contact: UncountedContact, *, today: date) -> "Customer":
        """The face of a contact of whom no order counts."""
        face = cls(contact_id=contact.contact_id, name=contact.name or contact.company or contact.email)
        face.uncounted, face.today = contact, today
        face._state.adding = False
        return face

    @property
    def segment(self) -> str:
        """As of today, whatever the row says."""
        return segment(self.metrics, today=self.today)

    @property
    def days_ago(self) -> int:
        """Business-calendar days since the last order."""
        return last_order_days_ago(self.metrics, today=self.today)

    def __str__(self) -> str:
        return self.name or self.contact_id
