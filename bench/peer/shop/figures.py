"""Figures that PostgreSQL adds up: of customers, of products, and of the orders of a period."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Max, Min, Q, QuerySet, Sum, TextField, Value, When
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from bench.peer.shop.models import Contact, Order, OrderLine, Product

SYDNEY = ZoneInfo("Australia/Sydney")
SEGMENTS = ("VIP", "Active", "New", "Dormant")
VIP_SPEND, VIP_ORDERS, NEW_DAYS, DORMANT_DAYS = Decimal(5000), 20, 30, 180


def start_of(day: date) -> datetime:
    """The instant at which a business day begins."""
    return datetime.combine(day, time(), SYDNEY)


def today() -> date:
    """The business day of now."""
    return timezone.localtime(timezone=SYDNEY).date()


def every_customer() -> QuerySet[Contact, Any]:
    """Every customer with a counted order, with their figures and segment."""
    found = Contact.objects.filter(orders__counted=True).annotate(
        order_count=Count("orders"),
        total_spend=Sum("orders__total"),
        last_order=Max("orders__created_at"),
        first_order=Min("orders__created_at"),
    )
    with_segment: QuerySet[Contact, Any] = found.annotate(segment=_segment())
    return with_segment


def _segment() -> Case:
    dormant, new = start_of(today() - timedelta(DORMANT_DAYS)), start_of(today() - timedelta(NEW_DAYS))
    return Case(
        When(last_order__lt=dormant, then=Value("Dormant")),
        When(Q(total_spend__gte=VIP_SPEND) | Q(order_count__gte=VIP_ORDERS), then=Value("VIP")),
        When(first_order__gte=new, then=Value("New")),
        default=Value("Active"),
        output_field=TextField(),
    )


def segments() -> dict[str, int]:
    """How many customers are in each segment now."""
    counts = {name: Count("id", filter=Q(segment=name)) for name in SEGMENTS}
    return every_customer().aggregate(**counts)


def every_product() -> QuerySet[Product, Any]:
    """Every product that was sold, with its figures of all time."""
    found: QuerySet[Product, Any] = Product.objects.filter(lines__order__counted=True).annotate(
        units=Sum("lines__quantity"),
        revenue=Sum("lines__line_total"),
        order_count=Count("lines__order", distinct=True),
        last_order=Max("lines__order__created_at"),
    )
    return found


class Period:
    """Business days, both inclusive."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last

    @classmethod
    def of(cls, params: Any) -> Period:
        """From `from` and `to`; the last 30 days if they are left out. Raises ValidationError."""
        try:
            last = date.fromisoformat(params["to"]) if "to" in params else today()
            first = date.fromisoformat(params["from"]) if "from" in params else last - timedelta(29)
        except ValueError as exc:
            raise ValidationError(str(exc)) from exc
        return cls(first, last)

    @property
    def previous(self) -> Period:
        """The equally long period just before."""
        return Period(self.first - (self.last - self.first) - timedelta(1), self.first - timedelta(1))

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first instant, and the first one after it."""
        return start_of(self.first), start_of(self.last + timedelta(1))

    def orders(self) -> QuerySet[Order, Any]:
        """The counted orders of these days."""
        start, end = self.span
        return Order.objects.filter(created_at__gte=start, created_at__lt=end, counted=True)

    def lines(self) -> QuerySet[OrderLine, Any]:
        """The lines of the counted orders of these days."""
        start, end = self.span
        return OrderLine.objects.filter(order__created_at__gte=start, order__created_at__lt=end, order__counted=True)

    def as_json(self) -> dict[str, str]:
        """Its days, as the contract shows them."""
        return {"from": self.first.isoformat(), "to": self.last.isoformat(), "timeZone": "Australia/Sydney"}

    def product_rows(self) -> list[dict[str, Any]]:
        """The products of the period by revenue."""
        figures = {"units": Sum("quantity"), "revenue": Sum("line_total"), "orders": Count("order", distinct=True)}
        rows = self.lines().values(productCode=F("product"), description=F("product__description"))
        return list(rows.annotate(**figures).order_by("-revenue", "productCode"))
