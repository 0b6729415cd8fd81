"""Writes an export as XLSX, with real numbers and dates and a bold, frozen header.

The file is a zip, so it is complete before its first byte is sent. XlsxWriter's constant_memory mode keeps one row in
memory and the rest in a temporary file. Text is written as text, so no cell is ever a formula.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any

from xlsxwriter import Workbook

from packprod.dates import business_zone
from packprod.exports.export import Column, Export, ExportRow, Kind

CHUNK_BYTES = 64 * 1024
ROWS_PER_SHEET = 1_048_575  # Excel's limit, less the header
LONGEST_TEXT = 16_383  # characters, each at worst two of the 32,767 UTF-16 units that a cell holds
EXACT_DIGITS = 15  # more than that and a spreadsheet rounds; such a number becomes text
_WIDTHS = {Kind.TEXT: 22, Kind.NUMBER: 12, Kind.MONEY: 16, Kind.DATE: 12, Kind.INSTANT: 20}

Write = Callable[[Any, int, int, Any], None]


def xlsx_chunks(export: Export[ExportRow], rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """The finished file in chunks of CHUNK_BYTES."""
    with TemporaryFile() as file:
        _write_workbook(export, iter(rows), file)
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _write_workbook(export: Export[ExportRow], rows: Iterator[ExportRow], file: IO[bytes]) -> None:
    """Writes as many sheets as the rows need. The workbook is closed even after an error, which removes its temporary
    files."""
    with Workbook(file, {"constant_memory": True}) as book:
        book.use_zip64()
        styles = _Styles(book)
        number, full = 0, True
        while full:
            number += 1
            sheet = book.add_worksheet(export.name if number == 1 else f"{export.name} {number}")
            full = _write_sheet(sheet, export, islice(rows, ROWS_PER_SHEET), styles) == ROWS_PER_SHEET


def _write_sheet(sheet: Any, export: Export[ExportRow], rows: Iterator[ExportRow], styles: "_Styles") -> int:
    """Writes the header and the rows; returns how many rows there were."""
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(export.columns):
        sheet.set_column(position, position, column.width or _width(column))
        sheet.write_string(0, position, column.title, styles.header)
    cells = [(position, column.value, styles.writers[column.kind]) for position, column in enumerate(export.columns)]
    line = 0
    for line, row in enumerate(rows, start=1):
        for position, value, write in cells:
            if (cell := value(row)) is not None:
                write(sheet, line, position, cell)
    sheet.autofilter(0, 0, line, len(export.columns) - 1)
    return line


def _width(column: Column[Any]) -> int:
    return max(_WIDTHS[column.kind], len(column.title) + 3)  # 3: the filter's arrow


class _Styles:
    """The workbook's cell formats, and a writer for each kind of cell."""

    def __init__(self, book: Any) -> None:
        self.header = book.add_format({"bold": True})
        self._whole = book.add_format({"num_format": "#,##0"})
        self._decimals = [
            self._whole,
            *(book.add_format({"num_format": "#,##0." + "0" * decimals}) for decimals in range(1, EXACT_DIGITS + 1)),
        ]
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.writers: dict[Kind, Write] = {
            Kind.TEXT: _write_text,
            Kind.NUMBER: self._write_number,
            Kind.MONEY: self._write_number,
            Kind.DATE: partial(_write_day, style=day),
            Kind.INSTANT: partial(_write_instant, style=instant),
        }

    def _write_number(self, sheet: Any, line: int, position: int, number: Decimal | int) -> None:
        if isinstance(number, int):
            number = Decimal(number)
        _, digits, exponent = number.as_tuple()
        decimals = max(0, -int(exponent))
        if max(len(digits) + int(exponent), 0) + decimals > EXACT_DIGITS:
            sheet.write_string(line, position, format(number, "f"))
        else:
            sheet.write_number(line, position, float(number), self._decimals[decimals])


def _write_text(sheet: Any, line: int, position: int, text: str) -> None:
    """Writes text. In this mode XlsxWriter reads `<r>…</r>` as its own markup; split into three parts, it is text."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    if text.startswith("<r>"):
        sheet.write_rich_string(line, position, *text[:2], text[2:])
    elif text:
        sheet.write_string(line, position, text)


def _write_day(sheet: Any, line: int, position: int, day: date, *, style: Any) -> None:
    sheet.write_datetime(line, position, day, style)


def _write_instant(sheet: Any, line: int, position: int, instant: datetime, *, style: Any) -> None:
    """Writes the local time in the business time zone, because a spreadsheet knows no time zones."""
    sheet.write_datetime(line, position, instant.astimezone(business_zone()).replace(tzinfo=None), style)
