"""Reads the index: whose an e-mail or a phone number may be. The contact's own row decides."""

from collections.abc import Iterable, Mapping, Sequence

from customers.contact_index.keys import Key, email_key, number_of, phone_partition, state_key
from customers.contact_index.tables import ContactKey
from orders.order import OrderCustomer
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_all

KeyRows = Mapping[Key, Item]


def key_rows(rows: Iterable[Item]) -> dict[Key, Item]:
    """Rows of the index by their keys."""
    return {(row["contactKey"], row["contactID"]): row for row in rows}


def read_keys(keys: Iterable[Key]) -> dict[Key, Item]:
    """The rows of the index under these keys, strongly consistent; those that there are."""
    return key_rows(batch_get(ContactKey, keys))


def index_state() -> Item | None:
    """The row that says how far the sweep has come; None before the first one. Raises TableMissing."""
    return get(ContactKey, *state_key())


def possible_contacts(customers: Sequence[OrderCustomer], known: KeyRows) -> list[list[str] | None]:
    """For each customer the contactIDs that the index has for the e-mail, else for the phone; None where there are more
    than it holds. `known` are the rows of e-mails that have been read already, whether there is one or not, for all
    customers or for none."""
    keys = [email_key(one.email) for one in customers if one.email]
    rows = known or read_keys(keys)
    return [_of_email(rows.get(email_key(one.email))) if one.email else _of_phone(one.phone) for one in customers]


def _of_email(row: Item | None) -> list[str] | None:
    if row is None:
        return []
    return None if row.get("crowded") else sorted(row.get("contactIDs", ()))


def _of_phone(phone: str) -> list[str]:
    partition = Partition(ContactKey, hash=("contactKey", phone_partition(number_of(phone))))
    return [row["contactID"] for row in query_all(partition, consistent=True)]
