"""Contacts that staff have joined: which contact stands for which.

Joining contact X with Y writes one row, X's alias, and no order: an order keeps the contactID that it was stored with.
Wherever an order is read, `effective_contact` turns that into the contact that is left. So all read models are
functions of the orders and of these rows, and removing a row restores what was before (docs/adr/0031).

Every process keeps the aliases in memory, with their version, for FRESH_SECONDS. What must not act on an older state,
such as a projection, calls `aliases_version` first.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.errors import TableMissing
from packprod.dynamodb.reads import Item, Partition, get, query_all
from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, Table, prefixed

FRESH_SECONDS = 0.5
VERSION_KEY: Final = "*"
JOINING, JOINED, PARTING = "joining", "joined", "parting"
IN_FORCE = frozenset({JOINING, JOINED})


class ContactAlias(Table):
    """A contact that another one stands for: `merged_into`, which may have been merged later itself.

    In the states JOINING and PARTING the read models are still being moved, by a worker that began at `begun_at`. The
    row whose contactID is VERSION_KEY holds the version: it is raised in the transaction of each change to the aliases
    that are in force.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-contact-aliases")

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    contact_id = UnicodeAttribute(range_key=True, attr_name="contactID")
    merged_into = UnicodeAttribute(null=True, attr_name="mergedInto")
    merged_at = UnicodeAttribute(null=True, attr_name="mergedAt")
    merged_by = UnicodeAttribute(null=True, attr_name="mergedBy")
    state = UnicodeAttribute(null=True)
    begun_at = UnicodeAttribute(null=True, attr_name="begunAt")
    version = IntegerAttribute(null=True)


@dataclass(frozen=True, slots=True)
class ContactAliases:
    """The aliases in force. `effective` holds the contact that is left by each alias, `merged` the reverse."""

    version: int
    effective: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: list[Item], *, version: int) -> "ContactAliases":
        """The aliases in stored rows, each followed to its end. A circle, which no service makes, ends in its first
        contact by id."""
        whole = (row for row in rows if row.get("state") in IN_FORCE and isinstance(row.get("mergedInto"), str))
        into = {row["contactID"]: row["mergedInto"] for row in whole}
        effective = {one: _end(one, into) for one in into}
        merged: dict[str, list[str]] = defaultdict(list)
        for one, left in sorted(effective.items()):
            if one != left:
                merged[left].append(one)
        return cls(version, effective, {left: tuple(ones) for left, ones in merged.items()})


def _end(contact_id: str, into: Mapping[str, str]) -> str:
    passed = [contact_id]
    while (following := into.get(passed[-1])) is not None:
        if following in passed:
            return min(passed[passed.index(following) :])
        passed.append(following)
    return passed[-1]


_keeping = threading.Lock()
_known: dict[str, tuple[ContactAliases, float]] = {}
"""By client: the aliases, and until when, in monotonic seconds, they pass for fresh."""


def effective_contact(contact_id: str) -> str:
    """The contact that stands for this one: itself, unless it was merged. Raises EngineUnavailable."""
    return _aliases().effective.get(contact_id, contact_id)


def contacts_merged_into(contact_id: str) -> tuple[str, ...]:
    """The contacts that this one stands for, directly or through others, without itself. Raises EngineUnavailable."""
    return _aliases().merged.get(contact_id, ())


def stored_contacts(contact_id: str) -> tuple[str, ...]:
    """The contactIDs that the orders of this contact may be stored with; it may itself be merged into another.

    Raises EngineUnavailable.
    """
    left = effective_contact(contact_id)
    return (left, *contacts_merged_into(left))


def aliases_version() -> int:
    """The version of the aliases, strongly consistent; from here on this process knows them as of then.

    Raises EngineUnavailable.
    """
    return aliases_known_from(_stored_version())


def aliases_version_key() -> tuple[str, str]:
    """The key of the row that holds the version of the aliases, for who reads it in one call with other rows."""
    return settings.PACKPROD_CLIENT_ID, VERSION_KEY


def aliases_known_from(row: Item | None) -> int:
    """The version in that row, read just now, strongly consistent; from here on this process knows the aliases as of
    then. Raises EngineUnavailable."""
    version = int(row["version"]) if row else 0
    known = _known.get(settings.PACKPROD_CLIENT_ID)
    _keep(known[0] if known and known[0].version >= version else _read(version))
    return version


def alias_rows() -> list[Item]:
    """The stored aliases of this client in every state, by contactID, strongly consistent; few, read in one query."""
    partition = Partition(ContactAlias, hash=("clientID", settings.PACKPROD_CLIENT_ID))
    return [row for row in query_all(partition, consistent=True) if row["contactID"] != VERSION_KEY]


def _aliases() -> ContactAliases:
    known = _known.get(settings.PACKPROD_CLIENT_ID)
    if known is None or known[1] < time.monotonic():
        aliases_version()
        known = _known[settings.PACKPROD_CLIENT_ID]
    return known[0]


def _keep(aliases: ContactAliases) -> None:
    """Keeps these, unless another thread has read newer ones meanwhile."""
    with _keeping:
        known = _known.get(settings.PACKPROD_CLIENT_ID)
        newest = known[0] if known and known[0].version > aliases.version else aliases
        _known[settings.PACKPROD_CLIENT_ID] = (newest, time.monotonic() + FRESH_SECONDS)


def _read(version: int) -> ContactAliases:
    """The aliases as of this version or a later one: they are read after it."""
    return ContactAliases.of(alias_rows(), version=version) if version else ContactAliases(version)


def _stored_version() -> Item | None:
    """None where nobody was ever merged, also before the table is made."""
    try:
        return get(ContactAlias, *aliases_version_key())
    except TableMissing:
        return None
