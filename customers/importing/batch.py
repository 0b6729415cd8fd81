"""Imports many orders, each separately: a bad one never stops a good one, and results are in the order sent.

`body_import` takes a whole body, as it comes over HTTP or from the inbox; `orders_import` takes the orders of a file.
Both return plain results. Only a view turns them into an HTTP response.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import cast

from django.conf import settings

from customers.importing.contacts import ContactDirectory
from customers.importing.drafts import parse_order, split_body
from customers.importing.services import ImportOutcome, OnConflict, Stored, order_import, read_stored
from orders.order import OrderDraft
from packprod.dynamodb.writes import settle
from packprod.errors import FieldProblem, InvalidInput, OrderConflict, PackProdError

THREADS = 4
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
    *, payloads: Sequence[object], on_conflict: OnConflict = "reject", updated_by: str = "", now: datetime
) -> list[ImportResult]:
    """Imports every payload; `updated_by` names the sender (`token n8n`).

    Raises EngineUnavailable. Orders stored before that are recognised when they are sent again.
    """
    checked = [_check(payload, now=now) for payload in payloads]
    drafts = {position: one for position, one in enumerate(checked) if isinstance(one, OrderDraft)}
    directory = ContactDirectory()
    stored = dict(zip(drafts, read_stored(list(drafts.values()), directory), strict=True))

    def import_one(at: int) -> ImportOutcome | PackProdError:
        draft, found = drafts[at], stored[at]
        return _import_one(draft, found, on_conflict, directory, updated_by=updated_by, now=now)

    def run(positions: list[int]) -> list[tuple[int, ImportOutcome | PackProdError]]:
        return [(at, import_one(at)) for at in positions]

    with ThreadPoolExecutor(THREADS) as pool:
        done = dict(pair for pairs in pool.map(run, _in_turn(drafts, stored)) for pair in pairs)
    if done:
        settle()
    return [_result(payload, done.get(at, checked[at])) for at, payload in enumerate(payloads)]


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


def _in_turn(drafts: dict[int, OrderDraft], stored: dict[int, Stored]) -> list[list[int]]:
    """Positions grouped by a shared reference or customer; those of a group are imported in the order sent."""
    groups: list[tuple[set[str], list[int]]] = []
    for position, draft in drafts.items():
        shared = {f"order {draft.order_reference}", f"contact {stored[position].contact.contact_id}"}
        linked = [group for group in groups if group[0] & shared]
        groups = [group for group in groups if not group[0] & shared]
        positions = sorted(chain([position], *(others for _, others in linked)))
        groups.append((shared.union(*(names for names, _ in linked)), positions))
    return [positions for _, positions in groups]


def _result(payload: object, fate: object) -> ImportResult:
    if isinstance(fate, PackProdError):
        return ImportResult(payload, error=fate)
    return ImportResult(payload, outcome=cast(ImportOutcome, fate))
