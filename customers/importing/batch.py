"""Imports many orders, each on its own: a bad one never stops a good one, results come in the order sent."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import cast

from django.conf import settings

from customers.contacts import ContactDirectory
from customers.importing.service import ImportOutcome, OnConflict, Stored, order_import, read_stored
from customers.importing.validation import parse_order
from orders.drafts import OrderDraft
from packprod.dynamodb.writes import settle
from packprod.errors import InvalidInput, OrderConflict, PackProdError

THREADS = 4


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one payload: an outcome, or the error that kept it out."""

    payload: object
    outcome: ImportOutcome | None = None
    error: PackProdError | None = None


def orders_import(
    *, payloads: Sequence[object], on_conflict: OnConflict = "reject", updated_by: str = "", now: datetime
) -> list[ImportResult]:
    """Imports every payload, in the name of `updated_by` (`token n8n`).

    Raises EngineUnavailable; what was stored by then is found again when resent.
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
    """Positions grouped by what they share, a reference or a customer: those are imported in the order sent."""
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
