"""Customers as the admin sees them, read from DynamoDB (`customers.tables`), and the import inbox, which is in SQL."""

from datetime import date

from django.db import models

from customers.cache_row import CustomerFigures
from customers.inbox.models import ReceivedImport
from customers.merging.models import DuplicateSearch, LikelyDuplicate
from customers.metrics import Metrics
from customers.selectors import UncountedContact
from packprod.admin.table_model import TableModel

__all__ = ["Customer", "DuplicateSearch", "LikelyDuplicate", "ReceivedImport"]


class Customer(TableModel):
    """A customer with orders that count, and their `figures`.

    The page of a contact without such orders can be opened, too: it has `uncounted` instead.
    """

    contact_id = models.CharField("customer ID", primary_key=True, max_length=200)
    name = models.CharField(max_length=300)
    total_spend = models.DecimalField("spend", max_digits=38, decimal_places=4)
    order_count = models.IntegerField("orders")
    last_order_date = models.DateTimeField("last order")

    figures: CustomerFigures
    uncounted: UncountedContact | None = None
    today: date

    class Meta(TableModel.Meta):
        default_permissions = ("view",)
        permissions = [
            ("rebuild_customer", "Can rebuild a customer's metrics"),
            ("export_customer", "Can export customers"),
            ("merge_customer", "Can join customers, and part them"),
            ("edit_customer", "Can edit a customer's contact data"),
        ]

    @classmethod
    def of(cls, figures: CustomerFigures) -> "Customer":
        """The customer with these figures, as of their day."""
        metrics = figures.metrics
        customer = cls(
            contact_id=figures.contact_id,
            name=metrics.display_name,
            total_spend=metrics.total_spend,
            order_count=metrics.order_count,
            last_order_date=metrics.last_order_date,
        )
        customer.figures, customer.today = figures, figures.today
        customer._state.adding = False
        return customer

    @classmethod
    def of_uncounted(cls, contact: UncountedContact, *, today: date) -> "Customer":
        """A contact without orders that count."""
        customer = cls(contact_id=contact.contact_id, name=contact.display_name)
        customer.uncounted, customer.today = contact, today
        customer._state.adding = False
        return customer

    @property
    def metrics(self) -> Metrics:
        """The metrics among the figures."""
        return self.figures.metrics

    def __str__(self) -> str:
        return self.name or self.contact_id
