"""Imports many orders, each on its own: a bad one never stops a good one, results come in the order sent."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.conf import settings

from customers.contacts import ContactDirectory
from customers.importing.service import ImportOutcome, OnConflict, Stored, order_import, read_stored
from customers.importing.validation import parse_order
from orders.drafts import OrderDraft
from packprod.dynamodb.durability import settle
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
        done = dict(pair for pairs in pool.map(run, _by_reference(drafts)) for pair in pairs)
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


def _by_reference(drafts: dict[int, OrderDraft]) -> list[list[int]]:
    """Positions grouped by reference: the same order twice in one call is imported in the order sent."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, draft in drafts.items():
        groups[draft.order_reference].append(position)
    return list(groups.values())


def _result(payload: object, fate: object) -> ImportResult:
    if isinstance(fate, PackProdError):
        return ImportResult(payload, error=fate)
    return ImportResult(payload, outcome=cast(ImportOutcome, fate))
