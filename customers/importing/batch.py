"""Imports many orders, each separately: a bad one never stops a good one, and results are in the order sent.

`body_import` takes a whole body, as it comes over HTTP or from the inbox; `orders_import` takes the orders of a file.
Both return plain results. Only a view turns them into an HTTP response.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

from django.conf import settings

from customers.contact_index.keys import derived_contact_id
from customers.importing.assumed_contacts import contacts_confirm
from customers.importing.contacts import ContactDirectory
from customers.importing.creation import ImportOutcome, orders_create
from customers.importing.drafts import parse_order, split_body
from customers.importing.services import OnConflict, Stored, order_import, read_stored
from customers.importing.threads import in_threads
from orders.order import OrderDraft
from packprod.errors import FieldProblem, InvalidInput, OrderConflict, PackProdError

HOW_TO_REPLACE = "Send it with ?onConflict=update to replace it."


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one order: an outcome, or the error by which it was refused."""

    payload: object
    outcome: ImportOutcome | None = None
    error: PackProdError | None = None

    @property
    def order_reference(self) -> str | None:
        """The order's reference; None if it was refused and no text was sent as its reference."""
        if self.outcome is not None:
            return self.outcome.order_reference
        sent = self.payload.get("orderReference") if isinstance(self.payload, dict) else None
        return sent if isinstance(sent, str) else None

    @property
    def status(self) -> int:
        """The contract's status of an order on its own: 201 created, 200 stored already or updated, 400, 409."""
        if self.error is not None:
            return self.error.status
        return 201 if self.outcome is not None and self.outcome.created else 200

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """Why the order was refused; empty if it was accepted."""
        if self.error is None:
            return ()
        return self.error.problems or (FieldProblem("order", self.error.code, self.error.message),)


@dataclass(frozen=True, slots=True)
class ImportedBody:
    """An accepted body: one order, or a batch of which some orders may be refused. Results are in the order sent."""

    results: Sequence[ImportResult]
    is_batch: bool

    @property
    def status(self) -> int:
        """200 for a batch, whatever became of its orders."""
        return 200 if self.is_batch else self.results[0].status


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a body was refused as a whole; `sentence` is the full reason, for people."""

    status: int
    code: str
    message: str
    sentence: str
    problems: tuple[FieldProblem, ...] = ()

    @classmethod
    def of(cls, error: PackProdError) -> "Refusal":
        """The refusal for an error that `body_import` raised."""
        return cls(error.status, error.code, error.message, error.sentence, error.problems)


def body_import(*, body: object, on_conflict: OnConflict, updated_by: str, now: datetime) -> ImportedBody:
    """Imports what a parsed body holds: one order, an array, or {"orders": [...]}.

    Raises InvalidInput and OrderConflict if the body as a whole or its only order is refused, EngineUnavailable.
    """
    payloads, is_batch = split_body(body)
    results = orders_import(payloads=payloads, on_conflict=on_conflict, updated_by=updated_by, now=now)
    if not is_batch and (error := results[0].error) is not None:
        raise _with_advice(error)
    return ImportedBody(results, is_batch)


def _with_advice(error: PackProdError) -> PackProdError:
    """The error; a conflict also says how to replace the stored order."""
    if not isinstance(error, OrderConflict):
        return error
    return OrderConflict(f"{error.message} {HOW_TO_REPLACE}", problems=error.problems)


def orders_import(
    *,
    payloads: Sequence[object],
    checked: Sequence[OrderDraft | InvalidInput] | None = None,
    on_conflict: OnConflict = "reject",
    updated_by: str = "",
    now: datetime,
) -> list[ImportResult]:
    """Imports every payload; `updated_by` names the sender (`token n8n`), `checked` is what `orders_check` made of
    them, if that was called already.

    Raises EngineUnavailable. Orders stored before that are recognised when they are sent again.
    """
    checked = orders_check(payloads, now=now) if checked is None else checked
    drafts = {position: one for position, one in enumerate(checked) if isinstance(one, OrderDraft)}
    directory = ContactDirectory()
    stored = dict(zip(drafts, read_stored(list(drafts.values()), directory), strict=True)) if drafts else {}
    groups = _in_turn(drafts, stored)
    new = {at: one.contact for at, one in stored.items() if one.order is None and one.contact is not None}
    done: dict[int, ImportOutcome | PackProdError] = dict(
        orders_create(groups=groups, drafts=drafts, new=new, updated_by=updated_by, now=now)
    )
    left = [[at for at in positions if at not in done] for positions in groups]
    outdated = [at for some in left for at in some if stored[at].order is None]
    stored |= zip(outdated, read_stored([drafts[at] for at in outdated], directory), strict=True) if outdated else ()

    def run(positions: Sequence[int]) -> dict[int, ImportOutcome | PackProdError]:
        return {
            at: _import_one(drafts[at], stored[at], on_conflict, directory, updated_by=updated_by, now=now)
            for at in positions
        }

    for outcomes in in_threads([partial(run, positions) for positions in left if positions]):
        done |= outcomes
    written = {at: one for at, one in done.items() if isinstance(one, ImportOutcome) and one.written}
    if written:
        done |= contacts_confirm(outcomes=written, drafts=drafts, now=now)
    return [_result(payload, done.get(at, checked[at])) for at, payload in enumerate(payloads)]


def orders_check(payloads: Sequence[object], *, now: datetime) -> list[OrderDraft | InvalidInput]:
    """Of each payload the checked draft, or why it is refused; without a call to the engine."""
    return [_check(payload, now=now) for payload in payloads]


def _check(payload: object, *, now: datetime) -> OrderDraft | InvalidInput:
    try:
        return parse_order(payload, now=now, currency=settings.PACKPROD_CURRENCY)
    except InvalidInput as exc:
        return exc


def _import_one(
    draft: OrderDraft,
    stored: Stored,
    on_conflict: OnConflict,
    directory: ContactDirectory,
    *,
    updated_by: str,
    now: datetime,
) -> ImportOutcome | PackProdError:
    try:
        return order_import(
            draft=draft,
            stored=stored,
            on_conflict=on_conflict,
            directory=directory,
            updated_by=updated_by,
            now=now,
        )
    except OrderConflict as exc:
        return exc


def _in_turn(drafts: Mapping[int, OrderDraft], stored: Mapping[int, Stored]) -> list[list[int]]:
    """Positions grouped by a shared reference or customer; those of a group are imported in the order sent."""
    first: dict[str, int] = {}
    linked = {position: position for position in drafts}

    def root(position: int) -> int:
        while linked[position] != position:
            linked[position] = position = linked[linked[position]]
        return position

    for position, draft in drafts.items():
        contact = stored[position].contact
        contact_id = contact.contact_id if contact else derived_contact_id(draft.customer)
        for shared in (f"order {draft.order_reference}", f"contact {contact_id}"):
            one, other = sorted((root(first.setdefault(shared, position)), root(position)))
            linked[other] = one
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for position in drafts:
        groups[root(position)].append(position)
    return list(groups.values())


def _result(payload: object, fate: object) -> ImportResult:
    if isinstance(fate, PackProdError):
        return ImportResult(payload, error=fate)
    return ImportResult(payload, outcome=cast(ImportOutcome, fate))
