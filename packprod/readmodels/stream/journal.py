"""The journal: a log of the changes in the stream, written as they are read. It is no read model: neither verified nor
rebuilt.

Read models say what is; a journal says what happened, which nobody can compute again. Apps register what a stream
record means to them; the consumer hands every record over before its checkpoint moves.
"""

from collections.abc import Callable, Iterable

import structlog
from more_itertools import chunked

from packprod.dynamodb.streams import Record
from packprod.dynamodb.tables import Table
from packprod.dynamodb.writes import MAX_OPERATIONS, put, transact
from packprod.errors import EngineUnavailable

Entry = Callable[[Record], Table | None]
"""The row that a record leaves in a journal, None for none. Its key derives from the record, so that a record that is
read twice is one row."""

_entries: list[Entry] = []
log = structlog.get_logger(__name__)


def register_journal(entry: Entry) -> None:
    """Adds a journal; call it in an AppConfig's `ready`."""
    if entry not in _entries:
        _entries.append(entry)


def write_journal(records: Iterable[Record]) -> None:
    """Appends what the journals make of these records. Raises EngineUnavailable.

    In transactions, not for their atomicity: the embedded engine commits each row of a batch write by itself, which
    takes ten times as long. A row that cannot be written is logged and left out: a gap in the log must not hold up
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
