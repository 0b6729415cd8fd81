"""A customer as the API shows it."""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from customers.cache_row import CustomerFigures
from customers.metrics import FREQUENCIES, SEGMENTS, purchase_frequency
from packprod.api.answers import Instant, JsonObject, Money, one_of
from packprod.dates import format_instant
from packprod.money import money


class CustomerJson(JsonObject):
    """A customer's figures over all orders that count: those not cancelled or refunded."""

    contact_id: str
    name: str
    email: str
    company: str
    order_count: Annotated[int, Meta(ge=1)]
    total_spend: Money
    last_order_date: Instant
    last_order_reference: str
    first_order_date: Instant
    segment: Annotated[str, one_of(SEGMENTS, "As of this reading; the first that matches.")]
    last_order_days_ago: Annotated[int, Meta(description="Business-calendar days, as of this reading.")]
    purchase_frequency: Annotated[str, one_of(FREQUENCIES)]
    last_updated: Annotated[Instant, Meta(description="When the figures were last worked out.")]


def customer_json(customer: CustomerFigures) -> CustomerJson:
    """What depends on the day is right as of `customer.today`, whatever the cache row says."""
    metrics = customer.metrics
    return CustomerJson(
        contact_id=customer.contact_id,
        name=metrics.name,
        email=metrics.email,
        company=metrics.company,
        order_count=metrics.order_count,
        total_spend=money(metrics.total_spend),
        last_order_date=format_instant(metrics.last_order_date),
        last_order_reference=metrics.last_order_reference,
        first_order_date=format_instant(metrics.first_order_date),
        segment=customer.segment,
        last_order_days_ago=customer.last_order_days_ago,
        purchase_frequency=purchase_frequency(metrics),
        last_updated=customer.last_updated,
    )


CUSTOMER = CustomerJson(
    contact_id="8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    name="John Smith",
    email="john@example.com",
    company="Acme Corp",
    order_count=5,
    total_spend=Decimal("1234.56"),
    last_order_date="2025-10-20T10:30:00Z",
    last_order_reference="ORD-12345",
    first_order_date="2025-01-15T14:20:00Z",
    segment="Active",
    last_order_days_ago=3,
    purchase_frequency="Monthly",
    last_updated="2025-10-23T08:15:30Z",
)
"""The schema's example of a customer."""
