"""Journals: logs of the changes in the stream, written while it is read.

A journal says what happened, which nobody can compute again from the orders. So it is no read model, and neither
verified nor rebuilt. Apps register the entry that a stream record leaves; the consumer writes the entries before its
checkpoint moves.
"""

from collections.abc import Callable, Iterable

import structlog
from more_itertools import chunked

from packprod.dynamodb.streams import Record
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import MAX_OPERATIONS, put, transact
from packprod.errors import EngineUnavailable

Entry = Callable[[Record], Table | None]
"""Returns the row that a record leaves in a journal, or None. The row's key must derive from the record, so that a
record that is read twice leaves one row."""

_entries: list[Entry] = []
log = structlog.get_logger(__name__)


def register_journal(entry: Entry) -> None:
    """Registers a journal; call it in an AppConfig's `ready`."""
    if entry not in _entries:
        _entries.append(entry)


def write_journal(records: Iterable[Record]) -> None:
    """Writes the journal entries of these records. Raises EngineUnavailable.

    They are written in transactions because these are ten times as fast: the embedded engine commits each row of a
    batch write by itself. A row that cannot be written is logged and left out, as a gap in a journal must not hold up
    the figures.
    """
    for chunk in chunked(_rows(records), MAX_OPERATIONS):
        _write(chunk)


def _rows(records: Iterable[Record]) -> Iterable[Table]:
    for record in records:
        for entry in _entries:
            try:
                row = entry(record)
            except Exception:
                log.exception("a stream record left no journal entry", sequence=record.sequence_number)
                continue
            if row is not None:
                yield row


def _write(rows: list[Table]) -> None:
    try:
        transact([put(row) for row in rows])
    except EngineUnavailable:
        raise
    except Exception:
        if len(rows) == 1:
            log.exception("a journal entry could not be written", table=rows[0].engine_name())
            return
        for row in rows:
            _write([row])
