"""The sweep that makes the index whole: it reads all contacts and puts in what is missing, then all entries and takes
out what is wrong.

A pass goes on where it stopped, in whichever process. The first one that has read all contacts makes the index
complete; until then, whoever is not in it is looked for in the table itself. From then on the stream of the contacts
keeps it right, and a pass a day finds what the stream did not tell. Where nobody follows the stream, a pass every
SWEEP_ALONE does.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from more_itertools import chunked
from pynamodb.expressions.update import Action

from customers.contact_index.keys import Key, is_complete, keys_of, present_rule, state_key
from customers.contact_index.selectors import index_state, read_keys
from customers.contact_index.services import Entry, contacts_of, entries_add, entries_remove, is_stored
from customers.contact_index.tables import ALL, ContactKey
from customers.tables import Contact
from packprod.dates import format_instant, parse_instant
from packprod.dynamodb import leases
from packprod.dynamodb.errors import ConditionFailed, TableMissing
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.reads import BATCH_SIZE, Item, scan_all, scan_page
from packprod.dynamodb.writes import update, write

SWEEP_EVERY = timedelta(days=1)
SWEEP_ALONE = timedelta(minutes=10)  # where nobody follows the stream of the contacts
PAGE: Final = 500
_ATTRIBUTES = ("contactID", "clientID", "email", "phone")
_CONTACTS, _ENTRIES = "contacts", "entries"
_DEAD_AFTER_MS = 60_000
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of the pass: whether it is finished, and how many entries it has added and removed so far."""

    finished: bool
    added: int
    removed: int


def sweep_is_due(*, now: datetime) -> bool:
    """Whether a pass is to begin, or to go on. Raises TableMissing before the table is made."""
    state = index_state()
    if state is None or not is_complete(state) or "passBegan" in state:
        return True
    every = SWEEP_EVERY if is_followed(now) else SWEEP_ALONE
    return now - parse_instant(state["sweptAt"]) >= every


def is_followed(now: datetime) -> bool:
    """Whether a process follows the stream of the contacts, or did a minute ago."""
    try:
        known = leases.read_leases(stream_arn(Contact))
    except TableMissing:
        return False
    alive = int(now.timestamp() * 1000) - _DEAD_AFTER_MS
    return any((lease.expires_at or 0) > alive for lease in known.values())


def contact_keys_sweep(*, clock: Callable[[], datetime], seconds: float = 10.0) -> Swept:
    """Begins a pass or goes on with one, for about so many seconds. Safe at any time, also in several processes.

    Raises EngineUnavailable; TableMissing before the table is made.
    """
    deadline = time.monotonic() + seconds
    found = index_state()
    a_pass = _Pass.of(found) or _Pass.begin(found, now=clock())
    try:
        while not a_pass.finished:
            a_pass.step(now=clock())
            if time.monotonic() > deadline:
                break
    except ConditionFailed:
        log.info("another process sweeps the index of contacts")
    return Swept(a_pass.finished, a_pass.added, a_pass.removed)


class _Pass:
    """One pass over all contacts, then over all entries; the state row remembers how far it is."""

    def __init__(self, state: Item, *, was_complete: bool) -> None:
        self.finished = False
        self.added = int(state.get("added", 0))
        self.removed = int(state.get("removed", 0))
        self._began: str = state["passBegan"]
        self._phase: str = state["phase"]
        self._position: Item | None = state.get("position")
        self._was_complete = was_complete

    @classmethod
    def of(cls, state: Item | None) -> "_Pass | None":
        """The pass under way; None if there is none by the present rule."""
        if state is None or "passBegan" not in state or state.get("rule") != present_rule():
            return None
        return cls(state, was_complete=is_complete(state))

    @classmethod
    def begin(cls, state: Item | None, *, now: datetime) -> "_Pass":
        """A pass from the beginning. What was complete by another rule is so no longer."""
        began = format_instant(now)
        actions: list[Action] = [
            ContactKey.client_id.set(settings.PACKPROD_CLIENT_ID),
            ContactKey.rule.set(present_rule()),
            ContactKey.pass_began.set(began),
            ContactKey.phase.set(_CONTACTS),
            ContactKey.added.set(0),
            ContactKey.removed.set(0),
            ContactKey.position.remove(),
        ]
        if not is_complete(state):
            actions.append(ContactKey.complete_since.remove())
        write(update(ContactKey(*state_key()), actions=actions))
        return cls({"passBegan": began, "phase": _CONTACTS}, was_complete=is_complete(state))

    def step(self, *, now: datetime) -> None:
        """Works off one page, and remembers that. Raises ConditionFailed if a later pass has begun."""
        if self._phase == _CONTACTS:
            page = scan_page(Contact, attributes=_ATTRIBUTES, limit=PAGE, start_key=self._position)
            self.added += _add_missing(page.items)
        else:
            page = scan_page(ContactKey, limit=PAGE, start_key=self._position)
            self.removed += _remove_wrong(page.items)
        self._position = page.last_key
        actions: list[Action] = [ContactKey.added.set(self.added), ContactKey.removed.set(self.removed)]
        if page.last_key is not None:
            actions.append(ContactKey.position.set(page.last_key))
        elif self._phase == _CONTACTS:
            self._phase = _ENTRIES
            actions += [ContactKey.phase.set(_ENTRIES), ContactKey.position.remove()]
            actions += [] if self._was_complete else [ContactKey.complete_since.set(self._began)]
        else:
            actions = self._end(now)
        self._remember(actions)

    def _end(self, now: datetime) -> list[Action]:
        self.finished = True
        counts = {"added": self.added, "removed": self.removed}
        if self._was_complete and (self.added or self.removed):
            log.warning("the index of contacts had drifted and is mended", **counts)
        elif not self._was_complete:
            log.info("the index of contacts is complete", **counts)
        unused = (ContactKey.pass_began, ContactKey.phase, ContactKey.position, ContactKey.added, ContactKey.removed)
        return [ContactKey.swept_at.set(format_instant(now)), *(attribute.remove() for attribute in unused)]

    def _remember(self, actions: Sequence[Action]) -> None:
        same = (ContactKey.pass_began == self._began) & (ContactKey.rule == present_rule())
        write(update(ContactKey(*state_key()), actions=actions, condition=same))


def _add_missing(contacts: Sequence[Item]) -> int:
    """Adds the entries that these contacts lack; returns how many."""
    right = [(key, row["contactID"]) for row in contacts for key in sorted(keys_of(row))]
    stored = read_keys(key for key, _ in right)
    missing = [entry for entry in right if not is_stored(entry, stored)]
    entries_add(missing)
    return len(missing)


def _remove_wrong(rows: Sequence[Item]) -> int:
    """Removes the entries in these rows that are not right; returns how many."""
    count = 0
    for entries in chunked(_entries(rows), BATCH_SIZE):
        contacts = contacts_of(dict.fromkeys(contact_id for _, contact_id in entries))
        wrong = [(key, one) for key, one in entries if key not in keys_of(contacts.get(one))]
        entries_remove(wrong)
        count += len(wrong)
    return count


def _entries(rows: Sequence[Item]) -> Iterator[Entry]:
    """The entries of this client in rows of the index."""
    for row in rows:
        key = row["contactKey"], row["contactID"]
        if row.get("clientID") == settings.PACKPROD_CLIENT_ID and key != state_key():
            yield from ((key, one) for one in (sorted(row.get("contactIDs", ())) if key[1] == ALL else [key[1]]))


def contact_key_differences() -> Iterator[str]:
    """What the index lacks and what it has too much, compared with all contacts, as sentences; reads both whole.

    Writes of that moment may be among it. Raises EngineUnavailable, TableMissing.
    """
    stored: dict[Key, Item] = {}
    for row in scan_all(ContactKey, patient=True):
        stored[row["contactKey"], row["contactID"]] = row
    right: defaultdict[str, set[Key]] = defaultdict(set)
    for row in scan_all(Contact, attributes=_ATTRIBUTES, patient=True):
        right[row["contactID"]] |= keys_of(row)
    for contact_id, keys in right.items():
        missing = [key for key in keys if not is_stored((key, contact_id), stored)]
        yield from (f"contact {contact_id}: its {_kind(key)} is not in the index" for key in missing)
    for key, contact_id in _entries(list(stored.values())):
        if key not in right.get(contact_id, ()):
            yield f"contact {contact_id}: is in the index under a {_kind(key)} that it does not have"


def _kind(key: Key) -> str:
    return "phone" if key[1] != ALL else "e-mail"
