"""Writes an export as CSV: RFC 4180, in UTF-8 with a byte order mark, without which Excel assumes another encoding.

A cell that a spreadsheet would run as a formula gets an apostrophe in front. defusedcsv does that for cells that start
with `= + - @ | %` and are no numbers. OWASP names more such cells; `_plain` takes care of those.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from defusedcsv import csv

from packprod.dates import business_zone
from packprod.exports.export import Export, ExportRow, Kind

CHUNK_CHARACTERS = 64 * 1024
BYTE_ORDER_MARK = "\ufeff"
# Before a formula, a spreadsheet skips white space and control characters, and it knows the full-width signs too.
_HIDDEN_FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x1f]+[=+\-@|%＝＋－＠]|[＝＋－＠]")


def csv_chunks(export: Export[ExportRow], rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """The file in chunks of about CHUNK_CHARACTERS, header first. The first chunk comes after the first rows."""
    cells = [(column.value, _WRITTEN[column.kind]) for column in export.columns]
    buffer = io.StringIO(newline="")
    buffer.write(BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(export.titles)
    for row in rows:
        writer.writerow(["" if (cell := value(row)) is None else written(cell) for value, written in cells])
        if buffer.tell() >= CHUNK_CHARACTERS:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _plain(text: str) -> str:
    return f"'{text}" if _HIDDEN_FORMULA.match(text) else text


def _number(number: Decimal | int) -> str:
    return format(number, "f") if isinstance(number, Decimal) else str(number)


def _local(instant: datetime) -> str:
    """ISO 8601 with the offset, which tells apart the two hours of the same name when daylight saving ends."""
    return instant.astimezone(business_zone()).isoformat()


_WRITTEN: dict[Kind, Callable[[Any], str]] = {
    Kind.TEXT: _plain,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: date.isoformat,
    Kind.INSTANT: _local,
}
