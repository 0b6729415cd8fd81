"""Finds the contact of an incoming order in the shared legacy table, or prepares a new one."""

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial
from itertools import chain, count

from django.conf import settings
from more_itertools import chunked
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from customers.contact_index.freshness import look_for_changes
from customers.contact_index.keys import (
    derived_contact_id,
    email_key,
    email_of,
    former_contact_ids,
    is_complete,
    number_of,
    state_key,
)
from customers.contact_index.selectors import KeyRows, key_rows, possible_contacts
from customers.contact_index.services import contacts_of, key_operations
from customers.contact_index.tables import ContactKey
from customers.importing.threads import in_threads
from customers.tables import Contact
from orders.contact_aliases import ContactAlias
from orders.order import OrderCustomer
from packprod.dates import format_instant
from packprod.dynamodb.codec import encode_item
from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import BATCH_SIZE, Item, Partition, batch_get_tables, get, query_all, scan_all
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import Operation, check, put, update
from packprod.text import digits_of, normal_text, shown_email

FEW = 40  # customers whose e-mails in the index are read with the rest; of more, only those that are not found
_FILLABLE = ("name", "company", "phone")
_ALIKE = 6  # digits at the end of a number that every spelling of it has
LONGEST_KNOWN = 200  # the other product sets no limit; an order row has one
Found = Mapping[type[Table], Sequence[Item]]
Keys = dict[type[Table], list[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """The contact an order belongs to; `existing` is its row, None if it must be created."""

    contact_id: str
    existing: Item | None


class ContactDirectory:
    """Looks up the contacts of one import call.

    Most are found under the id that derives from the customer, the others by the index of contacts (docs/adr/0038).
    While that is not complete, all contacts are read once per call, strongly consistent, and only for an order whose
    customer is not found otherwise.
    """

    def __init__(self) -> None:
        self._rows: list[Item] | None = None
        self._by_email: dict[str, Item] = {}
        self._lock = threading.Lock()

    def find(self, customers: Sequence[OrderCustomer]) -> list[ContactMatch]:
        """For each customer the contact of this client with the same e-mail; without one, the contact that has the same
        phone: one without an e-mail, else the only one with that number. Many may share the phone of an office."""
        began = time.monotonic()
        return self.match(customers, read_together(self.keys(customers)), since=began)

    def keys(self, customers: Sequence[OrderCustomer]) -> Keys:
        """The keys of what is read for these customers, in calls that may read more."""
        ids = chain.from_iterable((derived_contact_id(one), *former_contact_ids(one)) for one in customers)
        emails = dict.fromkeys(one.email for one in customers if one.email)
        index = [email_key(one) for one in emails] if len(customers) <= FEW else []
        return {Contact: [(one,) for one in dict.fromkeys(ids)], ContactKey: [state_key(), *index]}

    def match(self, customers: Sequence[OrderCustomer], found: Found, *, since: float) -> list[ContactMatch]:
        """What `find` returns, from the rows under `keys`, which were read after `since`, in monotonic seconds."""
        derived = {row["contactID"]: row for row in found[Contact]}
        matches = [_by_derived_id(customer, derived) for customer in customers]
        others = list(dict.fromkeys(one for one, match in zip(customers, matches, strict=True) if match is None))
        if not others:
            return [match for match in matches if match]
        index = key_rows(found.get(ContactKey, ()))
        if is_complete(index.get(state_key())):
            known = self._by_index_of_contacts(others, index if len(customers) <= FEW else {}, derived, since=since)
        else:
            known = {one: self._by_email_index(one) or self._by_any_spelling(one) for one in others}
        return [
            match or _match(customer, known.get(customer), taken=derived_contact_id(customer) in derived)
            for customer, match in zip(customers, matches, strict=True)
        ]

    def match_known(self, customers: Sequence[OrderCustomer], found: Found) -> list[ContactMatch | None]:
        """The contacts under ids that derive from the customers; None for the others, without a look-up."""
        derived = {row["contactID"]: row for row in found[Contact]}
        return [_by_derived_id(customer, derived) for customer in customers]

    def _by_index_of_contacts(
        self, customers: Sequence[OrderCustomer], index: KeyRows, derived: Mapping[str, Item], *, since: float
    ) -> dict[OrderCustomer, Item | None]:
        """By the index; before a contact counts as new, or as the only one with a phone, by what others have written in
        the meantime."""
        known = self._of_index(customers, index, derived)
        open_to_doubt = [one for one in customers if known[one] is None or not one.email]
        if open_to_doubt:
            sight = look_for_changes(since=since)
            if sight.has_changed:
                known |= self._of_index(open_to_doubt, {}, {})
            if not sight.is_current:
                known |= {one: known[one] or self._by_email_index(one) for one in open_to_doubt}
        return known

    def _of_index(
        self, customers: Sequence[OrderCustomer], index: KeyRows, derived: Mapping[str, Item]
    ) -> dict[OrderCustomer, Item | None]:
        ids = possible_contacts(customers, index)
        unread = dict.fromkeys(one for some in ids for one in some or () if one not in derived)
        rows = dict(derived) | (contacts_of(unread) if unread else {})
        return {
            customer: self._crowded(customer)
            if some is None
            else _chosen(customer, [rows[i] for i in some if i in rows])
            for customer, some in zip(customers, ids, strict=True)
        }

    def _crowded(self, customer: OrderCustomer) -> Item | None:
        """Of more contacts than the index holds."""
        return self._by_email_index(customer) or self._by_any_spelling(customer)

    def _by_email_index(self, customer: OrderCustomer) -> Item | None:
        """By the e-mail as we store it, then as others do: with its domain in Unicode, or as it was typed."""
        return next(filter(None, (self._of_email_index(customer, one) for one in _spellings(customer))), None)

    def _of_email_index(self, customer: OrderCustomer, email: str) -> Item | None:
        found = query_all(Partition(Contact, index="email-index", hash=("email", email)))
        ours = sorted(filter(_is_ours, found), key=_age)
        rows = (get(Contact, row["contactID"]) for row in ours)
        return next((row for row in rows if row and _counts_for(row, customer)), None)

    def _by_any_spelling(self, customer: OrderCustomer) -> Item | None:
        with self._lock:
            self._read()
            seen = self._by_email.get(customer.email) if customer.email else self._of_phone(customer.phone)
        row = get(Contact, seen["contactID"]) if seen else None
        return row if row and _counts_for(row, customer) else None

    def _read(self) -> None:
        if self._rows is None:
            self._rows = _contacts()
            self._by_email = {email: row for row in self._rows if (email := email_of(row))}

    def _of_phone(self, phone: str) -> Item | None:
        number = number_of(phone)
        alike = number.partition(";")[0][-_ALIKE:]
        rows = [
            row for row in self._rows or () if alike in _typed_digits(row) and number_of(row.get("phone")) == number
        ]
        return _one_of_phone(list(reversed(rows)))


def read_together(keys: Keys) -> Found:
    """The rows under these keys, strongly consistent, in as few calls as they fit into; without those of tables that
    are not made yet, except orders and contacts."""
    try:
        return _read(keys)
    except TableMissing:
        return _read({table: some for table, some in keys.items() if table not in (ContactKey, ContactAlias)})


def _read(keys: Keys) -> Found:
    chunks = chunked(((table, key) for table, some in keys.items() for key in some), BATCH_SIZE)
    found: dict[type[Table], list[Item]] = {table: [] for table in keys}
    for rows in in_threads([partial(batch_get_tables, _by_table(chunk)) for chunk in chunks]):
        for table, items in rows.items():
            found[table] += items
    return found


def _by_table(pairs: Sequence[tuple[type[Table], tuple[str, ...]]]) -> Keys:
    keys: Keys = {}
    for table, key in pairs:
        keys.setdefault(table, []).append(key)
    return keys


def _by_derived_id(customer: OrderCustomer, derived: Mapping[str, Item]) -> ContactMatch | None:
    """By the ids that derive from the customer, or did."""
    ids = (derived_contact_id(customer), *former_contact_ids(customer))
    rows = (derived[one] for one in ids if one in derived)
    found = min((row for row in rows if _counts_for(row, customer)), key=_age, default=None)
    return ContactMatch(found["contactID"], found) if found else None


def _match(customer: OrderCustomer, found: Item | None, *, taken: bool) -> ContactMatch:
    """The contact that was found, else a new one; `taken` if its id belongs to somebody else by now."""
    if found is not None:
        return ContactMatch(found["contactID"], found)
    return _later_generation(customer) if taken else ContactMatch(derived_contact_id(customer), None)


def _chosen(customer: OrderCustomer, possible: Sequence[Item]) -> Item | None:
    """Of the contacts that may be the customer's: the one whose e-mail is written as we store it, else as it is shown
    or was typed, else in any way; of several the oldest."""
    rows = sorted(filter(_is_ours, possible), key=_age)
    if not customer.email:
        number = number_of(customer.phone)
        return _one_of_phone([row for row in rows if number_of(row.get("phone")) == number])
    same = [row for row in rows if email_of(row) == customer.email]
    spelt = (row for spelling in _spellings(customer) for row in same if row["email"] == spelling)
    return next(chain(spelt, same), None)


def _one_of_phone(rows: Sequence[Item]) -> Item | None:
    """Of the contacts with one number, oldest first: the oldest without an e-mail, else the only one."""
    without_email = [row for row in rows if not email_of(row)]
    found = without_email or (rows if len(rows) == 1 else [])
    return found[0] if found else None


def _spellings(customer: OrderCustomer) -> list[str]:
    """An e-mail as we store it, with its domain in Unicode, and as it was typed."""
    known = dict.fromkeys((customer.email, shown_email(customer.email), customer.typed_email))
    return [spelling for spelling in known if spelling]


def _later_generation(customer: OrderCustomer) -> ContactMatch:
    """The first derived id that belongs to nobody else, and its row if it exists: every lookup finds the same one."""
    for generation in count(1):
        contact_id = derived_contact_id(customer, generation)
        existing = get(Contact, contact_id)
        if existing is None or _counts_for(existing, customer):
            return ContactMatch(contact_id, existing)
    raise AssertionError("count() has no end")


def _counts_for(row: Item, customer: OrderCustomer) -> bool:
    """Whether a row found by id is still this customer's: the other product may change its e-mail, its phone or its
    client."""
    if not _is_ours(row):
        return False
    if customer.email:
        return email_of(row) in ("", customer.email)
    return number_of(row.get("phone")) in ("", number_of(customer.phone))


def _contacts() -> list[Item]:
    """What the contacts of this client are known by, the oldest last."""
    rows = scan_all(Contact, attributes=("contactID", "clientID", "email", "phone", "createdAt"))
    return sorted(filter(_is_ours, rows), key=_age, reverse=True)


def _is_ours(item: Item) -> bool:
    return bool(item.get("clientID") == settings.PACKPROD_CLIENT_ID)


def _typed_digits(row: Item) -> str:
    """The digits of a contact's phone as it was typed: much cheaper than `_number`, and enough to leave most out."""
    phone = row.get("phone")
    return digits_of(phone) if isinstance(phone, str) else ""


def _age(item: Item) -> tuple[str, str]:
    return str(item.get("createdAt", "")), item["contactID"]


class ContactChange:
    """What one transaction does to a contact: make it, fill its empty fields, or hold it in place; and to the index.

    `take_in` is called for each order of the transaction, in the order in which they were sent.
    """

    def __init__(self, match: ContactMatch, *, now: datetime) -> None:
        self.match = match
        self._now = now
        self._filled: dict[str, str] = {}
        self._row: Item | None = match.existing

    @property
    def is_unchanged(self) -> bool:
        """Whether it stays as it is: it need not be made, and no order fills any of its fields."""
        return self.match.existing is not None and not self._filled

    @property
    def present(self) -> ContactMatch:
        """The contact as it is once the transaction has been committed."""
        return ContactMatch(self.match.contact_id, self._row)

    def take_in(self, customer: OrderCustomer, *, source: str) -> OrderCustomer:
        """Fills what is empty so far from an order; returns its customer with what was known before."""
        known = with_known_fields(customer, self.present)
        if self._row is None:
            self._row = _new_row(self.match.contact_id, customer=customer, source=source, now=self._now)
        elif missing := empty_fields(self._row, customer):
            self._filled |= missing
            self._row = self._row | missing | {"updatedAt": format_instant(self._now)}
        return known

    def operations(self) -> list[Operation]:
        """The contact's part of the transaction; none if no order was taken in.

        A field that was empty must still be empty, or the order's row would lack what the contact has by now.
        """
        if self._row is None:
            return []
        return [self._operation(self._row), *key_operations(self.match.existing, self._row)]

    def _operation(self, row: Item) -> Operation:
        existing = self.match.existing
        if existing is None:
            absent = Contact.contact_id.does_not_exist()
            return put(Contact(self.match.contact_id), wire=encode_item(row), condition=absent)
        empty = tuple(name for name in _FILLABLE if _is_empty(existing, name))
        ours = _still_empty(settings.PACKPROD_CLIENT_ID, empty)
        if not self._filled:
            return check(Contact(self.match.contact_id), condition=ours)
        actions: list[Action] = [getattr(Contact, name).set(value) for name, value in self._filled.items()]
        actions.append(Contact.updated_at.set(format_instant(self._now)))
        return update(Contact(self.match.contact_id), actions=actions, condition=ours)


@lru_cache(64)
def _still_empty(client_id: str, names: tuple[str, ...]) -> Condition:
    """The condition that a contact is ours, and that these fields of it are empty."""
    ours: Condition = Contact.client_id == client_id
    for attribute in (getattr(Contact, name) for name in names):
        ours &= attribute.does_not_exist() | (attribute == "") | Path(attribute).is_type("NULL")
    return ours


def contact_operations(*, match: ContactMatch, customer: OrderCustomer, source: str, now: datetime) -> list[Operation]:
    """The contact's part of a transaction that stores one order."""
    change = ContactChange(match, now=now)
    change.take_in(customer, source=source)
    return change.operations()


def _new_row(contact_id: str, *, customer: OrderCustomer, source: str, now: datetime) -> Item:
    """The row of a new contact; unknown fields stay absent."""
    instant = format_instant(now)
    row = {
        "contactID": contact_id,
        "clientID": settings.PACKPROD_CLIENT_ID,
        "name": customer.name,
        "email": customer.email,
        "company": customer.company,
        "phone": customer.phone,
        "createdAt": instant,
        "updatedAt": instant,
        "source": source,
    }
    return {name: value for name, value in row.items() if value}


def empty_fields(existing: Item, customer: OrderCustomer) -> dict[str, str]:
    """The fields that the order has and the contact lacks: the attribute is absent, null or empty text."""
    known = {name: value for name in _FILLABLE if (value := getattr(customer, name))}
    return {name: value for name, value in known.items() if _is_empty(existing, name)}


def _is_empty(existing: Item, name: str) -> bool:
    return existing.get(name) in (None, "")


def with_known_fields(customer: OrderCustomer, match: ContactMatch) -> OrderCustomer:
    """The customer, with name, company and phone taken from the contact where the order has none."""
    unsaid = (name for name in _FILLABLE if not getattr(customer, name))
    known = {name: value for name in unsaid if isinstance(value := (match.existing or {}).get(name), str)}
    return replace(customer, **{name: normal_text(value)[:LONGEST_KNOWN] for name, value in known.items()})
