"""Reads a contact's row, which our import, our staff and the other product write: what it says of the customer.

A customer's name, e-mail, company and phone are those of the contact where it has them; else those of the latest order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings

from customers.tables import Contact
from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.streams import Record
from packprod.text import normal_email, normal_text

CONTACT = "contact"
"""The name under which a customer's summary is given its contact's data."""
FIELDS = ("name", "email", "company", "phone")
LONGEST = 200  # the other product sets no limit; sort keys and search entries need one


def is_our_contact(row: Item) -> bool:
    """Whether a contact is this client's."""
    return bool(row.get("clientID") == settings.PACKPROD_CLIENT_ID)


def contact_data(row: Item | None) -> dict[str, str]:
    """The fields that a contact of this client has, normalised; empty for none of ours."""
    if row is None or not is_our_contact(row):
        return {}
    known = {name: _text(row.get(name)) for name in FIELDS}
    return {name: normal_email(text) if name == "email" else text for name, text in known.items() if text}


def _text(value: Any) -> str:
    return normal_text(value)[:LONGEST] if isinstance(value, str) else ""


def contacts_of_summaries(contact_ids: Sequence[str]) -> Mapping[str, dict[str, Any]]:
    """What summaries of these customers depend on besides their orders, strongly consistent."""
    rows = batch_get(Contact, [(one,) for one in contact_ids])
    return {row["contactID"]: {CONTACT: data} for row in rows if (data := contact_data(row))}


def changed_contacts(records: Iterable[Record]) -> list[str]:
    """The contacts of which the records change something that customers show."""
    ids = {one.key_value("contactID"): None for one in records if _says_something_new(one)}
    return list(ids)


def _says_something_new(record: Record) -> bool:
    """A stream without both images does not tell."""
    return not record.has_both_images or contact_data(record.old) != contact_data(record.new)
