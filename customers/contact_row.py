"""Reads a contact's row, which our import, our staff and the other product write: what it says of the customer.

A customer's name, e-mail, company and phone are those of the contact where it has them; else those of the latest order.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from django.conf import settings

from customers.tables import Contact
from orders.contact_aliases import aliases_version, contacts_merged_into, effective_contact
from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.streams import Record
from packprod.text import normal_email, normal_text

CONTACT = "contact"
"""The name under which a customer's summary is given its contact's data."""
JOINED = "joined"
"""The same for the data of the contacts that staff joined with it, a list."""
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
    """What summaries of these customers depend on besides their orders, strongly consistent: the data of their
    contacts, and of those that were joined with them."""
    aliases_version()
    joined = {one: contacts_merged_into(one) for one in contact_ids}
    ids = dict.fromkeys(chain(contact_ids, *joined.values()))
    data = {row["contactID"]: contact_data(row) for row in batch_get(Contact, [(one,) for one in ids])}
    known = {one: (data.get(one, {}), [data[other] for other in joined[one] if data.get(other)]) for one in contact_ids}
    return {one: {CONTACT: own, JOINED: others} for one, (own, others) in known.items() if own or others}


def changed_contacts(records: Iterable[Record]) -> list[str]:
    """The customers whose contact, or one that is joined with it, is changed by the records in what customers show."""
    ids = (one.key_value("contactID") for one in records if _says_something_new(one))
    return list(dict.fromkeys(map(effective_contact, ids)))


def _says_something_new(record: Record) -> bool:
    """A stream without both images does not tell."""
    return not record.has_both_images or contact_data(record.old) != contact_data(record.new)
