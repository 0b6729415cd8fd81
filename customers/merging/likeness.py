"""Which contacts are likely one customer, and which one contact is likely several: pure functions.

Both kinds may also come from rules that were in force when the contacts were made: `moss@` and `moß@` were one address,
`bücher.example` and its ASCII form were two, a phone number was compared as typed.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from packprod.text import fold, normal_email, normal_phone

SAME_EMAIL, SAME_PHONE, SAME_NAME, MIXED = "email", "phone", "name", "mixed"
# Addresses of these are given to anybody: the same name there says little.
FREE_MAIL = frozenset(
    """
    126.com 163.com aol.com bigpond.com bigpond.net.au dodo.com.au fastmail.com free.fr gmail.com gmx.com gmx.de gmx.net
    googlemail.com hotmail.co.uk hotmail.com icloud.com iinet.net.au internode.on.net live.com mac.com mail.com mail.ru
    me.com msn.com optusnet.com.au orange.fr outlook.com proton.me protonmail.com qq.com t-online.de tpg.com.au web.de
    xtra.co.nz yahoo.co.nz yahoo.co.uk yahoo.com yahoo.com.au yandex.com yandex.ru zoho.com
    """.split()  # noqa: SIM905 - a list of forty lines would be harder to read
)


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """A contact as far as likeness goes; unknown text is empty."""

    contact_id: str
    name: str
    email: str
    phone: str
    created_at: str

    @property
    def age(self) -> tuple[str, str]:
        """What sorts the oldest contact first."""
        return self.created_at or "~", self.contact_id

    @property
    def display_name(self) -> str:
        """The name, else the e-mail, else the phone, else the id."""
        return self.name or self.email or self.phone or self.contact_id


Pair = tuple[str, str]
"""Two contactIDs, the older contact first."""


def likely_pairs(contacts: Iterable[ContactFacts], *, country: str) -> dict[Pair, set[str]]:
    """The pairs that are likely one customer, with the reasons. Of many contacts alike, each is paired with the oldest
    one. `country` is that of phone numbers without a country code."""
    alike: dict[tuple[str, Hashable], list[ContactFacts]] = defaultdict(list)
    for contact in contacts:
        for key in _likenesses(contact, country):
            alike[key].append(contact)
    pairs: dict[Pair, set[str]] = defaultdict(set)
    for (reason, _), group in alike.items():
        oldest, *others = sorted(group, key=lambda one: one.age)
        for other in others:
            pairs[oldest.contact_id, other.contact_id].add(reason)
    return pairs


def _likenesses(contact: ContactFacts, country: str) -> Iterator[tuple[str, Hashable]]:
    email, name = normal_email(contact.email), fold(contact.name)
    if email:
        yield SAME_EMAIL, email
    if phone := normal_phone(contact.phone, country):
        yield SAME_PHONE, phone
    domain = email.rpartition("@")[2]
    if " " in name and domain and domain not in FREE_MAIL:
        yield SAME_NAME, (name, domain)


@dataclass(frozen=True, slots=True)
class OrderIdentity:
    """Whose an order says it is."""

    contact_id: str
    name: str
    email: str
    phone: str


def mixed_contacts(orders: Iterable[OrderIdentity], *, country: str) -> dict[str, list[str]]:
    """The contacts whose orders say that they are those of several people, with what they say: e-mail addresses; where
    an order has none, phone numbers; where that is no number either, names."""
    said: dict[str, dict[str, dict[Hashable, str]]] = defaultdict(lambda: defaultdict(dict))
    for order in orders:
        kind, key, text = _identity(order, country)
        if key:
            said[order.contact_id][kind].setdefault(key, text)
    found = {
        one: [text for kind in kinds.values() if len(kind) > 1 for text in kind.values()] for one, kinds in said.items()
    }
    return {contact_id: texts for contact_id, texts in found.items() if texts}


def _identity(order: OrderIdentity, country: str) -> tuple[str, str, str]:
    if email := normal_email(order.email):
        return SAME_EMAIL, email, order.email
    if phone := normal_phone(order.phone, country):
        return SAME_PHONE, phone, order.phone
    return SAME_NAME, fold(order.name), order.name
