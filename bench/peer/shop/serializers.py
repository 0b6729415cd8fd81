"""What the API shows: PackProd's names.

DRF's `BaseSerializer` with dicts made by hand: its documentation recommends that for long lists, and fields declared
one by one take more than twice as long.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from bench.peer.shop.figures import SYDNEY

Json = dict[str, Any]


def instant(value: datetime) -> str:
    """UTC, ending in Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def frequency(row: Any) -> str:
    """How often a customer orders, by the mean gap between the first and the last order."""
    if row.order_count == 1:
        return "One-time"
    gap = (row.last_order - row.first_order).total_seconds() / 86_400 / (row.order_count - 1)
    return next((name for name, most in (("Weekly", 14), ("Monthly", 75), ("Quarterly", 180)) if gap <= most), "Yearly")


class CustomerSerializer(serializers.BaseSerializer[Any]):
    """A customer with figures; the context has `today`, and in `references` each one's last order."""

    def to_representation(self, instance: Any) -> Json:
        """One customer."""
        return {
            "contactID": str(instance.id),
            "name": instance.name,
            "email": instance.email,
            "company": instance.company,
            "orderCount": instance.order_count,
            "totalSpend": str(instance.total_spend),
            "lastOrderDate": instant(instance.last_order),
            "lastOrderReference": self.context["references"][instance.id],
            "firstOrderDate": instant(instance.first_order),
            "segment": instance.segment,
            "lastOrderDaysAgo": (self.context["today"] - timezone.localtime(instance.last_order, SYDNEY).date()).days,
            "purchaseFrequency": frequency(instance),
            "lastUpdated": instant(instance.updated_at),
        }


class OrderSerializer(serializers.BaseSerializer[Any]):
    """An order with its lines; `contact` and `lines__product` are to be fetched with it."""

    def to_representation(self, instance: Any) -> Json:
        """One order."""
        contact = instance.contact
        who = {name: getattr(contact, name) for name in ("name", "email", "company", "phone")}
        return {
            "orderID": str(instance.id),
            "orderReference": instance.reference,
            "contactID": str(instance.contact_id),
            "createdAt": instant(instance.created_at),
            "updatedAt": instant(instance.updated_at),
            "status": instance.status,
            "currency": instance.currency,
            "customer": who,
            "items": [_line(line) for line in instance.lines.all()],
            "subtotal": str(instance.subtotal),
            "tax": str(instance.tax),
            "shipping": str(instance.shipping),
            "discount": str(instance.discount),
            "total": str(instance.total),
            "source": instance.source,
        }


def _line(line: Any) -> Json:
    return {
        "productCode": line.product_id,
        "description": line.product.description,
        "quantity": str(line.quantity),
        "unitPrice": str(line.unit_price),
        "lineTotal": str(line.line_total),
    }


class ProductOrderSerializer(OrderSerializer):
    """An order with what it has of one product; the context's `code` names it."""

    def to_representation(self, instance: Any) -> Json:
        """One order."""
        lines = [line for line in instance.lines.all() if line.product_id == self.context["code"]]
        quantity, total = sum(line.quantity for line in lines), sum(line.line_total for line in lines)
        return super().to_representation(instance) | {"quantity": str(quantity), "lineTotal": str(total)}


class ProductSerializer(serializers.BaseSerializer[Any]):
    """A product with its figures of all time."""

    def to_representation(self, instance: Any) -> Json:
        """One product."""
        return {
            "productCode": instance.code,
            "description": instance.description,
            "units": str(instance.units),
            "revenue": str(instance.revenue),
            "orders": instance.order_count,
            "lastOrderDate": instant(instance.last_order),
        }
