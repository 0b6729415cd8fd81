"""Imports many orders, each on its own: a bad one never stops a good one, results come in the order sent."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from customers.contacts import ContactDirectory
from customers.importing.service import ImportOutcome, OnConflict, order_import
from customers.importing.validation import parse_order
from packprod.errors import InvalidInput, OrderConflict, PackProdError

THREADS = 4


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of one payload: an outcome, or the error that kept it out."""

    payload: object
    outcome: ImportOutcome | None = None
    error: PackProdError | None = None


def orders_import(
    *, payloads: Sequence[object], on_conflict: OnConflict = "reject", now: datetime
) -> list[ImportResult]:
    """Imports every payload. Raises EngineUnavailable; what was stored by then is found again when resent."""
    directory = ContactDirectory()
    results: dict[int, ImportResult] = {}

    def run(positions: list[int]) -> None:
        for position in positions:
            results[position] = _import_one(payloads[position], on_conflict, directory, now=now)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(run, _by_reference(payloads)))
    return [results[position] for position in range(len(payloads))]


def _import_one(
    payload: object, on_conflict: OnConflict, directory: ContactDirectory, *, now: datetime
) -> ImportResult:
    try:
        draft = parse_order(payload, now=now, currency=settings.PACKPROD_CURRENCY)
        outcome = order_import(draft=draft, on_conflict=on_conflict, directory=directory, now=now)
    except (InvalidInput, OrderConflict) as exc:
        return ImportResult(payload, error=exc)
    return ImportResult(payload, outcome=outcome)


def _by_reference(payloads: Sequence[object]) -> list[list[int]]:
    """Positions grouped by reference: the same order twice in one call is imported in the order sent."""
    groups: dict[str, list[int]] = defaultdict(list)
    for position, payload in enumerate(payloads):
        reference = payload.get("orderReference") if isinstance(payload, dict) else None
        groups[str(reference) if reference else f"\x00{position}"].append(position)
    return list(groups.values())
