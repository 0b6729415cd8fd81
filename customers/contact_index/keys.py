"""What a contact is known by: the id that derives from who a customer is, and the keys of the index."""

import uuid
from hashlib import blake2b

from django.conf import settings

from customers.contact_index.tables import ALL
from customers.contact_row import is_our_contact
from orders.order import OrderCustomer
from packprod.dynamodb.reads import Item
from packprod.text import normal_email, normal_phone, phone_words

MOST_CONTACTS = 100  # in one row
Key = tuple[str, str]
"""The key of a row of the index: hash and range."""
_CONTACTS = uuid.uuid5(uuid.NAMESPACE_DNS, "contacts.packprod")
_RULE = 1  # raise it when an e-mail or phone gets another normal form: the index is then built anew
_LONGEST = 1_000  # bytes of a key as it is; the other product sets its e-mails no limit
_SEPARATOR = "\x1f"


# --- Ids that derive from the customer -------------------------------------------------------------------------------


def derived_contact_id(customer: OrderCustomer, generation: int = 0) -> str:
    """The id of a new contact: a UUIDv5 of client and e-mail (else phone), so that racing imports make one row.

    A later `generation` is used when the contact of the one before belongs to somebody else by now.
    """
    if customer.email:
        return _contact_id(customer.email, generation)
    return _contact_id(_phone_identity(customer.phone), generation)


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
    later = f"{_SEPARATOR}{generation}" if generation else ""
    return str(uuid.uuid5(_CONTACTS, f"{settings.PACKPROD_CLIENT_ID}{_SEPARATOR}{identity}{later}"))


def _phone_identity(phone: str) -> str:
    """The digits from which the id derives: those that most people type, as earlier versions took them from what was
    typed. National within PACKPROD_COUNTRY, else international."""
    known = number_of(phone)
    international, national, *_ = (*phone_words(phone, settings.PACKPROD_COUNTRY), phone, phone)
    plain, _, extension = known.partition(";")
    return f"phone:{(national if number_of(national) == plain else international) + extension}"


# --- Keys of the index -----------------------------------------------------------------------------------------------


def email_of(row: Item) -> str:
    """A contact's e-mail in the form in which it is compared; empty for what is none."""
    email = row.get("email")
    return normal_email(email) if isinstance(email, str) else ""


def number_of(phone: object) -> str:
    """A phone number in the form in which it is compared; empty for what is none."""
    return normal_phone(phone, settings.PACKPROD_COUNTRY) if isinstance(phone, str) else ""


def state_key() -> Key:
    """The key of the row that says how far the sweep has come."""
    return f"{settings.PACKPROD_CLIENT_ID}{_SEPARATOR}state", ALL


def email_key(email: str) -> Key:
    """The key of the row of an e-mail, which is in normal form."""
    return _hash_key("email", email), ALL


def phone_partition(number: str) -> str:
    """The hash key of the rows of a phone number, which is in normal form."""
    return _hash_key("phone", number)


def _hash_key(kind: str, text: str) -> str:
    encoded = text.encode("utf-8", "surrogatepass")
    short = text if len(encoded) <= _LONGEST else blake2b(encoded, digest_size=32).hexdigest()
    return _SEPARATOR.join((settings.PACKPROD_CLIENT_ID, kind, short))


def keys_of(row: Item | None) -> frozenset[Key]:
    """The keys by which a contact of ours is found. None for those of others, and for what its id derives from: such a
    contact is found without an index."""
    if row is None or not is_our_contact(row):
        return frozenset()
    contact_id, email, number = row["contactID"], email_of(row), number_of(row.get("phone"))
    keys = set()
    if email and contact_id != _contact_id(email, 0):
        keys.add(email_key(email))
    if number and (email or contact_id != _contact_id(_phone_identity(row["phone"]), 0)):
        keys.add((phone_partition(number), contact_id))
    return frozenset(keys)


# --- Whether the index has every contact -----------------------------------------------------------------------------


def present_rule() -> str:
    """The rule by which keys are made at present."""
    return f"{_RULE} {settings.PACKPROD_COUNTRY}"


def is_complete(state: Item | None) -> bool:
    """Whether a whole pass of the sweep has put every contact into the index, by the present rule."""
    return state is not None and state.get("rule") == present_rule() and "completeSince" in state
