"""Finds the contact of an incoming order in the shared legacy table, or prepares a new one."""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count

from django.conf import settings
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from customers.tables import Contact
from orders.order import OrderCustomer
from packprod.dates import format_instant
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_all, scan_all
from packprod.dynamodb.writes import Operation, check, put, update
from packprod.text import digits_of, normal_email, normal_phone, normal_text, phone_words, shown_email

_CONTACTS = uuid.uuid5(uuid.NAMESPACE_DNS, "contacts.packprod")
_FILLABLE = ("name", "company", "phone")
_ALIKE = 6  # digits at the end of a number that every spelling of it has
LONGEST_KNOWN = 200  # the other product sets no limit; an order row has one


@dataclass(frozen=True, slots=True)
class ContactMatch:
    """The contact an order belongs to; `existing` is its row, None if it must be created."""

    contact_id: str
    existing: Item | None


def derived_contact_id(customer: OrderCustomer, generation: int = 0) -> str:
    """The id of a new contact: a UUIDv5 of client and e-mail (else phone), so that racing imports make one row.

    A later `generation` is used when the contact of the one before belongs to somebody else by now.
    """
    return _contact_id(customer.email or f"phone:{_digits(customer.phone)}", generation)


def _digits(phone: str) -> str:
    """The digits of a phone number from which its contact's id derives: those that most people type, as earlier
    versions took them from what was typed. National within PACKPROD_COUNTRY, else international."""
    number = _number(phone)
    international, national, *_ = (*phone_words(phone, settings.PACKPROD_COUNTRY), phone, phone)
    plain, _, extension = number.partition(";")
    return (national if _number(national) == plain else international) + extension


def former_contact_ids(customer: OrderCustomer) -> list[str]:
    """Other ids that earlier versions derived for a customer without an e-mail: from the digits as they were typed.

    The spellings are those in use: national, international, and dialled abroad with 00 or Australia's 0011.
    """
    if customer.email:
        return []
    international, national, *_ = (*phone_words(customer.phone, settings.PACKPROD_COUNTRY), "", "")
    country_code = international.removesuffix(national.lstrip("0"))
    typed = "".join(character for character in customer.phone if character.isdigit())
    spellings = (typed, national, international, f"00{international}", f"0011{international}", country_code + national)
    return [_contact_id(f"phone:{digits}", 0) for digits in dict.fromkeys(spellings) if digits]


def _contact_id(identity: str, generation: int) -> str:
    later = f"\x1f{generation}" if generation else ""
    return str(uuid.uuid5(_CONTACTS, f"{settings.PACKPROD_CLIENT_ID}\x1f{identity}{later}"))


class ContactDirectory:
    """Looks up the contacts of one import call.

    Rows of the other product may hold an e-mail in any case and a phone in any spelling, which no index can find. They
    are read once per call, strongly consistent, and only for an order whose customer is in no index (docs/adr/0004).
    """

    def __init__(self) -> None:
        self._rows: list[Item] | None = None
        self._by_email: dict[str, Item] = {}
        self._lock = threading.Lock()

    def find(self, customers: Sequence[OrderCustomer]) -> list[ContactMatch]:
        """For each customer the contact of this client with the same e-mail; without one, the contact that has the same
        phone: one without an e-mail, else the only one with that number. Many may share the phone of an office."""
        ids = [(derived_contact_id(customer), *former_contact_ids(customer)) for customer in customers]
        keys = dict.fromkeys(chain.from_iterable(ids))
        derived = {row["contactID"]: row for row in batch_get(Contact, [(one,) for one in keys])}
        return [
            self._match(customer, contact_id, [derived[one] for one in (contact_id, *former) if one in derived])
            for customer, (contact_id, *former) in zip(customers, ids, strict=True)
        ]

    def _match(self, customer: OrderCustomer, contact_id: str, derived: Sequence[Item]) -> ContactMatch:
        """`derived` are the rows under ids that derive from the customer."""
        found = min((row for row in derived if _counts_for(row, customer)), key=_age, default=None)
        found = found or self._by_index(customer) or self._by_any_spelling(customer)
        if found is not None:
            return ContactMatch(found["contactID"], found)
        taken = any(row["contactID"] == contact_id for row in derived)
        return _later_generation(customer) if taken else ContactMatch(contact_id, None)

    def _by_index(self, customer: OrderCustomer) -> Item | None:
        """By the e-mail as we store it, then as others do: with its domain in Unicode, or as it was typed."""
        spellings = dict.fromkeys((customer.email, shown_email(customer.email), customer.typed_email))
        return next(filter(None, (self._of_index(customer, one) for one in spellings if one)), None)

    def _of_index(self, customer: OrderCustomer, email: str) -> Item | None:
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
            self._by_email = {email: row for row in self._rows if (email := _normal_email(row))}

    def _of_phone(self, phone: str) -> Item | None:
        number = _number(phone)
        alike = number.partition(";")[0][-_ALIKE:]
        rows = [row for row in self._rows or () if alike in _typed_digits(row) and _number(row.get("phone")) == number]
        without_email = [row for row in rows if not _normal_email(row)]
        found = without_email or (rows if len(rows) == 1 else [])
        return found[-1] if found else None


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
        return _normal_email(row) in ("", customer.email)
    return _number(row.get("phone")) in ("", _number(customer.phone))


def _contacts() -> list[Item]:
    """What the contacts of this client are known by, the oldest last."""
    rows = scan_all(Contact, attributes=("contactID", "clientID", "email", "phone", "createdAt"))
    return sorted(filter(_is_ours, rows), key=_age, reverse=True)


def _is_ours(item: Item) -> bool:
    return bool(item.get("clientID") == settings.PACKPROD_CLIENT_ID)


def _normal_email(item: Item) -> str:
    email = item.get("email")
    return normal_email(email) if isinstance(email, str) else ""


def _number(phone: object) -> str:
    """A phone number in the form in which it is compared; empty for what is none."""
    return normal_phone(phone, settings.PACKPROD_COUNTRY) if isinstance(phone, str) else ""


def _typed_digits(row: Item) -> str:
    """The digits of a contact's phone as it was typed: much cheaper than `_number`, and enough to leave most out."""
    phone = row.get("phone")
    return digits_of(phone) if isinstance(phone, str) else ""


def _age(item: Item) -> tuple[str, str]:
    return str(item.get("createdAt", "")), item["contactID"]


def contact_operation(*, match: ContactMatch, customer: OrderCustomer, source: str, now: datetime) -> Operation:
    """The contact's part of the import's transaction: make it, fill its empty fields, or hold it in place.

    A field that was empty must still be empty, or the order's row would lack what the contact has by now.
    """
    if match.existing is None:
        row = new_contact(match.contact_id, customer=customer, source=source, now=now)
        return put(row, condition=Contact.contact_id.does_not_exist())
    ours = Contact.client_id == settings.PACKPROD_CLIENT_ID
    for attribute in (getattr(Contact, name) for name in _FILLABLE if _is_empty(match.existing, name)):
        ours &= attribute.does_not_exist() | (attribute == "") | Path(attribute).is_type("NULL")
    missing = empty_fields(match.existing, customer)
    if not missing:
        return check(Contact(match.contact_id), condition=ours)
    actions: list[Action] = [getattr(Contact, name).set(value) for name, value in missing.items()]
    actions.append(Contact.updated_at.set(format_instant(now)))
    return update(Contact(match.contact_id), actions=actions, condition=ours)


def new_contact(contact_id: str, *, customer: OrderCustomer, source: str, now: datetime) -> Contact:
    """The row of a new contact; unknown fields stay absent."""
    instant = format_instant(now)
    return Contact(
        contact_id,
        client_id=settings.PACKPROD_CLIENT_ID,
        name=customer.name or None,
        email=customer.email or None,
        company=customer.company or None,
        phone=customer.phone or None,
        created_at=instant,
        updated_at=instant,
        source=source or None,
    )


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
