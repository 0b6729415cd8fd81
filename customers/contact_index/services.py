"""Keeps the index: in the transactions in which we write contacts, and on sight of what others have written.

Rows are only added and removed, never overwritten, so several writers at once lose nothing. What is removed may have
become right again in that moment, so the contact is read once more afterwards.
"""

from collections.abc import Iterable, Mapping, Sequence

import structlog
from django.conf import settings
from more_itertools import chunked
from pynamodb.expressions.condition import Condition, Or, size

from customers.contact_index.keys import MOST_CONTACTS, Key, keys_of
from customers.contact_index.selectors import KeyRows, read_keys
from customers.contact_index.tables import ALL, ContactKey
from customers.tables import Contact
from packprod.dynamodb.errors import ConditionFailed, TableMissing, TransactionCancelled
from packprod.dynamodb.reads import BATCH_SIZE, Item, batch_get
from packprod.dynamodb.streams import Record
from packprod.dynamodb.writes import MAX_OPERATIONS, Operation, delete, put, transact, update, write

log = structlog.get_logger(__name__)
Entry = tuple[Key, str]
"""A key, and the contact that is found by it."""


def has_room(most: int) -> Condition:
    """The condition that a row has fewer than `most` contacts."""
    room: Condition = size(ContactKey.contact_ids) < most  # type: ignore[no-untyped-call]  # PynamoDB has no types for it
    empty: Condition = ContactKey.contact_ids.does_not_exist()
    return Or(empty, room)


_HAS_ROOM = has_room(MOST_CONTACTS)


def key_operations(before: Item | None, after: Item) -> list[Operation]:
    """What a transaction adds to the index that makes or changes a contact: the keys that it did not have before."""
    if before is after:
        return []
    return [_addition(key, after["contactID"]) for key in sorted(keys_of(after) - keys_of(before))]


def _addition(key: Key, contact_id: str, *, condition: Condition | None = None) -> Operation:
    """Adds a contact under a key; `condition` is that of a row with several contacts."""
    if key[1] != ALL:
        return put(ContactKey(*key, client_id=settings.PACKPROD_CLIENT_ID))
    actions = [ContactKey.contact_ids.add({contact_id}), ContactKey.client_id.set(settings.PACKPROD_CLIENT_ID)]
    return update(ContactKey(*key), actions=actions, condition=condition)


def contact_changes_index(records: Sequence[Record]) -> None:
    """Puts changed contacts into the index under what they are known by now, and takes them out of where they were.

    A stream without both images does not tell where that was; the sweep does. Raises EngineUnavailable.
    """
    try:
        before = _before(records)
        for chunk in chunked(before, BATCH_SIZE):
            contacts_index({contact_id: before[contact_id] for contact_id in chunk})
    except TableMissing:
        log.warning("the index of contacts is missing: run `manage.py provision_tables`")


def _before(records: Sequence[Record]) -> dict[str, set[Key]]:
    """The contacts that may be in the index under other keys than they should, with those that they had before.

    Without those whose keys are as before, or are all stored, as those of the contacts that an import makes.
    """
    before: dict[str, set[Key]] = {}
    new: set[Entry] = set()
    for record in records:
        contact_id, had, has = record.key_value("contactID"), keys_of(record.old), keys_of(record.new)
        if not record.has_both_images or had - has:
            before.setdefault(contact_id, set()).update(had, has)
        elif has - had:
            new |= {(key, contact_id) for key in has - had}
    stored = read_keys({key for key, _ in new}) if new else {}
    for key, contact_id in new:
        if not is_stored((key, contact_id), stored):
            before.setdefault(contact_id, set())
    return before


def contacts_index(before: Mapping[str, Iterable[Key]]) -> tuple[int, int]:
    """Makes the index agree with the rows of these contacts, at most 100; returns how many entries were added and
    removed. `before` has for each contact the keys under which it may stand. Raises EngineUnavailable."""
    rows = contacts_of(before)
    right = {(key, one) for one in before for key in keys_of(rows.get(one))}
    possible = {(key, one) for one, keys in before.items() for key in keys}
    stored = read_keys({key for key, _ in right | possible})
    missing = [entry for entry in sorted(right) if not is_stored(entry, stored)]
    wrong = [entry for entry in sorted(possible - right) if is_stored(entry, stored, crowded=False)]
    entries_add(missing)
    entries_remove(wrong)
    return len(missing), len(wrong)


def contacts_of(contact_ids: Iterable[str]) -> dict[str, Item]:
    """The stored rows of these contacts, strongly consistent."""
    return {row["contactID"]: row for row in batch_get(Contact, [(one,) for one in contact_ids])}


def is_stored(entry: Entry, stored: KeyRows, *, crowded: bool = True) -> bool:
    """Whether an entry is stored; a crowded row counts as having it, or not, as `crowded` says."""
    key, contact_id = entry
    row = stored.get(key)
    if row is None:
        return False
    return key[1] != ALL or contact_id in row.get("contactIDs", ()) or (crowded and bool(row.get("crowded")))


def entries_add(entries: Iterable[Entry]) -> None:
    """Adds contacts under keys, many in a transaction. Raises EngineUnavailable."""
    for chunk in chunked(entries, MAX_OPERATIONS):
        if not _added_together(chunk):
            for key, contact_id in chunk:
                _entry_add(key, contact_id)


def _added_together(entries: Sequence[Entry]) -> bool:
    """Adds them in one transaction, if it can write them all: each row once, each with room."""
    if len({key for key, _ in entries}) < len(entries):
        return False
    try:
        transact([_addition(key, contact_id, condition=_HAS_ROOM) for key, contact_id in entries])
    except TransactionCancelled:
        return False
    return True


def _entry_add(key: Key, contact_id: str) -> None:
    """Adds one; a row that has MOST_CONTACTS already becomes crowded."""
    try:
        write(_addition(key, contact_id, condition=_HAS_ROOM))
    except ConditionFailed:
        write(update(ContactKey(*key), actions=[ContactKey.crowded.set(True)]))
        log.warning("an e-mail address is that of very many contacts", most=MOST_CONTACTS)


def entries_remove(entries: Sequence[Entry]) -> None:
    """Removes entries that are not right; one that has become right again meanwhile is put back.

    Raises EngineUnavailable.
    """
    for key, contact_id in entries:
        row = ContactKey(*key)
        write(delete(row) if key[1] != ALL else update(row, actions=[ContactKey.contact_ids.delete({contact_id})]))
    for chunk in chunked(entries, BATCH_SIZE):
        rows = contacts_of(dict.fromkeys(contact_id for _, contact_id in chunk))
        entries_add([(key, one) for key, one in chunk if key in keys_of(rows.get(one))])
