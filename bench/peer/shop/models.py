"""Contacts, products, orders and their lines, with the indexes that their lists need."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper

NOT_COUNTED = ("cancelled", "refunded")


def trigrams(field: str) -> GinIndex:
    """An index for `icontains`, which PostgreSQL is given as UPPER(field) LIKE."""
    return GinIndex(OpClass(Upper(field), name="gin_trgm_ops"), name=f"{field}_trigrams")


class Contact(models.Model):
    """A person who orders."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    email = models.TextField(blank=True)
    company = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    source = models.TextField(blank=True)
    objects: ClassVar[models.Manager[Contact]] = models.Manager()

    class Meta:
        verbose_name = "customer"
        indexes = [trigrams("name"), trigrams("email"), trigrams("company"), models.Index(fields=["name", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["email"], condition=~models.Q(email=""), name="one_contact_an_email")
        ]

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """What is sold, by its code."""

    code = models.TextField(primary_key=True)
    description = models.TextField()
    objects: ClassVar[models.Manager[Product]] = models.Manager()

    class Meta:
        indexes = [GinIndex(OpClass(Upper("description"), name="gin_trgm_ops"), name="description_trigrams")]

    def __str__(self) -> str:
        return self.code


class Order(models.Model):
    """An order of a contact."""

    id = models.UUIDField(primary_key=True)
    reference = models.TextField(unique=True)  # Django adds the index with text_pattern_ops, for its beginning
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="orders", db_index=False)  # below, with dates
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    status = models.TextField(default="received")
    currency = models.TextField(default="AUD")
    subtotal = models.DecimalField(max_digits=12, decimal_places=2)
    tax = models.DecimalField(max_digits=12, decimal_places=2)
    shipping = models.DecimalField(max_digits=12, decimal_places=2)
    discount = models.DecimalField(max_digits=12, decimal_places=2)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    source = models.TextField(blank=True)
    counted = models.GeneratedField(
        expression=models.ExpressionWrapper(~models.Q(status__in=NOT_COUNTED), models.BooleanField()),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    objects: ClassVar[models.Manager[Order]] = models.Manager()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"]),
            models.Index(fields=["contact", "-created_at", "-id"]),
            models.Index(fields=["status", "-created_at", "-id"]),
            models.Index(fields=["-total", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference


class OrderLine(models.Model):
    """A line of an order. `line_total` is quantity × unit_price, half up to the cent."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT, related_name="lines")
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    unit_price = models.DecimalField(max_digits=12, decimal_places=4)
    line_total = models.DecimalField(max_digits=12, decimal_places=2)
    objects: ClassVar[models.Manager[OrderLine]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product.pk}"
