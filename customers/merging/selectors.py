"""Reads joined contacts: who is merged into a customer, and what two customers would be together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from customers.cache_row import metrics_from_row
from customers.metrics import Metrics
from customers.selectors import cached_row, contact_row, uncounted_contact
from orders.contact_aliases import PARTING, alias_rows, effective_contact
from packprod.dates import parse_instant
from packprod.dynamodb.reads import Item
from packprod.errors import NotFound


@dataclass(frozen=True, slots=True)
class MergedContact:
    """A contact that was merged into another, with the name and e-mail on its own row."""

    contact_id: str
    into: str
    name: str
    email: str
    merged_at: datetime
    merged_by: str
    state: str


def merged_contacts(contact_id: str) -> list[MergedContact]:
    """The contacts that this customer stands for, or stood for until their orders have been moved back, by id.

    Raises EngineUnavailable.
    """
    return [_merged(row) for row in alias_rows() if effective_contact(row["mergedInto"]) == contact_id]


def _merged(row: Item) -> MergedContact:
    contact = contact_row(row["contactID"]) or {}
    return MergedContact(
        contact_id=row["contactID"],
        into=row["mergedInto"],
        name=str(contact.get("name") or ""),
        email=str(contact.get("email") or ""),
        merged_at=parse_instant(row["mergedAt"]),
        merged_by=row["mergedBy"],
        state=row["state"],
    )


def is_parting(contact: MergedContact) -> bool:
    """Whether the contact is on its own again, and its orders are being moved back."""
    return contact.state == PARTING


@dataclass(frozen=True, slots=True)
class Side:
    """One of two customers to be joined. `metrics` is None without orders that count; unknown text is empty."""

    contact_id: str
    name: str
    email: str
    company: str
    phone: str
    created_at: str
    metrics: Metrics | None

    @property
    def display_name(self) -> str:
        """The name, else the company, else the e-mail, else the id."""
        return self.name or self.company or self.email or self.contact_id


def side(contact_id: str) -> Side:
    """A customer as the preview of a merge shows it. Raises NotFound, EngineUnavailable."""
    row = cached_row(contact_id)
    metrics = metrics_from_row(row) if row else None
    who = metrics or uncounted_contact(contact_id)
    if who is None:
        raise NotFound(f"There is no customer {contact_id[:100]}.")
    contact = contact_row(contact_id) or {}
    created_at = str(contact.get("createdAt") or "")
    return Side(contact_id, who.name, who.email, who.company, who.phone, created_at, metrics)


def joined(sides: Sequence[Side], *, left: str) -> Metrics | None:
    """The metrics of the customer `left` once all are joined; None if none of them has orders that count."""
    counted = [one.metrics for one in sides if one.metrics]
    if not counted:
        return None
    who = next((one for one in sides if one.contact_id == left), sides[0])
    newest = max(counted, key=lambda one: one.last_order_date)
    return Metrics(
        name=who.name or newest.name,
        email=who.email or newest.email,
        company=who.company or newest.company,
        order_count=sum(one.order_count for one in counted),
        total_spend=sum((one.total_spend for one in counted), newest.total_spend * 0),
        first_order_date=min(one.first_order_date for one in counted),
        last_order_date=newest.last_order_date,
        last_order_reference=newest.last_order_reference,
        phone=who.phone or newest.phone,
    )
