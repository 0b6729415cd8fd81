"""Searches for likely duplicates: reads all contacts and orders, in the background, never in a request."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from customers.contact_row import contact_data, is_our_contact
from customers.merging.likeness import MIXED, ContactFacts, OrderIdentity, likely_pairs, mixed_contacts
from customers.merging.models import DuplicateSearch, LikelyDuplicate
from customers.tables import Contact
from orders.contact_aliases import effective_contact
from orders.rows import is_ours, stored_text
from orders.tables import WebOrder
from packprod.dynamodb.reads import Item, scan_all

State = LikelyDuplicate.State
SEARCH_EVERY = timedelta(hours=6)
LONGEST_NAME = 300
MOST_TEXTS = 20
Found = dict[tuple[str, str], dict[str, Any]]
"""What to store of a pair, by both contactIDs."""


def duplicates_search_if_due(*, now: datetime) -> int | None:
    """Searches unless that was done within SEARCH_EVERY; returns how many are open, None if nothing was due."""
    latest = DuplicateSearch.objects.order_by("-ended_at").first()
    return None if latest and now - latest.ended_at < SEARCH_EVERY else duplicates_search(now=now)


def duplicates_search(*, now: datetime) -> int:
    """Finds the likely duplicates and stores them; returns how many are to be decided.

    What staff have dismissed stays dismissed, unless there is a new reason. Raises EngineUnavailable.
    """
    contacts = {row["contactID"]: _facts(row) for row in scan_all(Contact, patient=True) if is_our_contact(row)}
    found = _pairs(contacts) | _mixed(contacts)
    with transaction.atomic():
        _store(found, now=now)
        DuplicateSearch.objects.all().delete()
        DuplicateSearch.objects.create(ended_at=now, contacts=len(contacts))
    return LikelyDuplicate.objects.filter(state=State.OPEN).count()


def _facts(row: Item) -> ContactFacts:
    data = contact_data(row)
    known = {name: data.get(name, "") for name in ("name", "email", "phone")}
    return ContactFacts(row["contactID"], created_at=stored_text(row.get("createdAt")), **known)


def _pairs(contacts: dict[str, ContactFacts]) -> Found:
    """Without the contacts that are joined already: the one that is left stands for them."""
    left = [one for one in contacts.values() if effective_contact(one.contact_id) == one.contact_id]
    pairs = likely_pairs(left, country=settings.PACKPROD_COUNTRY)
    return {
        (one, other): {
            "name": contacts[one].display_name[:LONGEST_NAME],
            "other_name": contacts[other].display_name[:LONGEST_NAME],
            "reasons": sorted(reasons),
            "texts": [],
        }
        for (one, other), reasons in pairs.items()
    }


def _mixed(contacts: dict[str, ContactFacts]) -> Found:
    several = mixed_contacts(_identities(), country=settings.PACKPROD_COUNTRY)
    return {
        (one, ""): {
            "name": (contacts[one].display_name if one in contacts else one)[:LONGEST_NAME],
            "other_name": "",
            "reasons": [MIXED],
            "texts": texts[:MOST_TEXTS],
        }
        for one, texts in several.items()
    }


def _identities() -> Iterator[OrderIdentity]:
    """Of every order the contact that it is stored with, whatever that is joined with."""
    attributes = ("orderID", "clientID", "contactID", "customer", "customerName", "customerEmail")
    for item in scan_all(WebOrder, attributes=attributes, patient=True):
        if is_ours(item) and isinstance(item.get("contactID"), str):
            yield _identity(item)


def _identity(item: Item) -> OrderIdentity:
    customer = item["customer"] if isinstance(item.get("customer"), dict) else {}
    name, email = (
        stored_text(customer.get(field) or item.get(beside))
        for field, beside in (("name", "customerName"), ("email", "customerEmail"))
    )
    return OrderIdentity(item["contactID"], name, email, stored_text(customer.get("phone")))


def _store(found: Found, *, now: datetime) -> None:
    """Adds what is new, renews what has changed, removes what is not alike any more."""
    stored = {(row.contact_id, row.other_id): row for row in LikelyDuplicate.objects.all()}
    gone = [row.pk for pair, row in stored.items() if pair not in found]
    LikelyDuplicate.objects.filter(pk__in=gone).delete()
    new = [
        LikelyDuplicate(contact_id=one, other_id=other, found_at=now, **fields)
        for (one, other), fields in found.items()
        if (one, other) not in stored
    ]
    LikelyDuplicate.objects.bulk_create(new, batch_size=500)
    for pair, row in stored.items():
        if pair in found and _renewed(row, found[pair]):
            row.save()


def _renewed(row: LikelyDuplicate, fields: dict[str, Any]) -> bool:
    """Takes the fields over; whether that changed anything. A new reason opens what was dismissed."""
    before = {name: getattr(row, name) for name in fields}
    if set(fields["reasons"]) - set(row.reasons) or set(fields["texts"]) - set(row.texts):
        row.state, row.decided_by, row.decided_at = State.OPEN, "", None
    for name, value in fields.items():
        setattr(row, name, value)
    return before != fields


def duplicate_dismiss(*, duplicate_id: int, decided_by: str, now: datetime) -> bool:
    """Notes that they are several customers after all; returns whether it was open."""
    waiting = LikelyDuplicate.objects.filter(pk=duplicate_id, state=State.OPEN)
    return bool(waiting.update(state=State.DISMISSED, decided_by=decided_by, decided_at=now))


def duplicates_forget(*, contact_id: str) -> None:
    """Removes what was proposed for a contact that is joined with another one now."""
    LikelyDuplicate.objects.filter(contact_id=contact_id).exclude(other_id="").delete()
    LikelyDuplicate.objects.filter(other_id=contact_id).delete()


def open_duplicates() -> tuple[int, int] | None:
    """How many pairs, and how many contacts that are likely several, wait for staff; None before the first search."""
    if not DuplicateSearch.objects.exists():
        return None
    waiting = LikelyDuplicate.objects.filter(state=State.OPEN)
    several = waiting.filter(other_id="").count()
    return waiting.count() - several, several
