"""The two writers: exact figures, text that stays text, files that hold what went in."""

import io
import re
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from packprod.exports import as_csv, as_xlsx
from packprod.exports.export import Column, Export, Kind
from tests.packprod.exports.reading import csv_rows, xlsx_rows, xlsx_sheets

Row = tuple[Any, ...]
KINDS: Export[Row] = Export(
    "kinds",
    (
        Column("Text", lambda row: row[0]),
        Column("Number", lambda row: row[1], Kind.NUMBER),
        Column("Money", lambda row: row[2], Kind.MONEY),
        Column("Day", lambda row: row[3], Kind.DATE),
        Column("Instant", lambda row: row[4], Kind.INSTANT),
    ),
)
TEXTS: Export[str] = Export("texts", (Column("Text", lambda text: text),))
NUMBERS: Export[Any] = Export("numbers", (Column("Number", lambda number: number, Kind.NUMBER),))
DAY, MOMENT = date(2025, 10, 20), datetime(2025, 10, 20, 10, 30, tzinfo=UTC)


def as_file(writer: Callable[..., Iterator[bytes]], export: Export[Any], rows: Iterable[Any]) -> bytes:
    return b"".join(writer(export, rows))


def csv_of(export: Export[Any], rows: Iterable[Any]) -> list[list[str]]:
    return csv_rows(as_file(as_csv.csv_chunks, export, rows))


def xlsx_of(export: Export[Any], rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    return xlsx_rows(as_file(as_xlsx.xlsx_chunks, export, rows))


def test_every_kind_in_csv() -> None:
    rows = csv_of(KINDS, [("Größe 5 µm", 100, Decimal("85.00"), DAY, MOMENT), (None,) * 5])
    assert rows[0] == ["Text", "Number", "Money (AUD)", "Day", "Instant (Australia/Sydney)"]
    assert rows[1] == ["Größe 5 µm", "100", "85.00", "2025-10-20", "2025-10-20T21:30:00+11:00"]
    assert rows[2] == [""] * 5


def test_every_kind_in_xlsx() -> None:
    content = as_file(
        as_xlsx.xlsx_chunks, KINDS, [("Größe 5 µm", 100, Decimal("85.00"), DAY, MOMENT), ("", *[None] * 4)]
    )
    (sheet,) = xlsx_sheets(content)
    header, row, empty = sheet.iter_rows(max_row=3)
    assert [cell.value for cell in header] == csv_of(KINDS, [])[0]
    assert all(cell.font.bold for cell in header)
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in row[:3]] == ["Größe 5 µm", 100, 85]
    assert [cell.value.isoformat() for cell in row[3:]] == ["2025-10-20T00:00:00", "2025-10-20T21:30:00"]
    assert [cell.data_type for cell in row] == ["s", "n", "n", "d", "d"]
    formats = [cell.number_format for cell in row]
    assert formats == ["General", "#,##0", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"]
    assert [cell.value for cell in empty] == [None] * 5


def test_an_hour_that_comes_twice_stays_two() -> None:
    """At the end of daylight saving, 02:30 in Sydney is two instants."""
    twice = [(None, None, None, None, datetime(2025, 4, 5, hour, 30, tzinfo=UTC)) for hour in (15, 16)]
    assert [row[4] for row in csv_of(KINDS, twice)[1:]] == ["2025-04-06T02:30:00+11:00", "2025-04-06T02:30:00+10:00"]


AMOUNTS = ["0.00", "0.01", "-0.01", "19.99", "-1234.56", "9999999999999.99", "0.1234", "1E+2", "-100", "0E-2", "7"]


@pytest.mark.parametrize("text", AMOUNTS)
def test_no_cent_is_lost(text: str) -> None:
    amount = Decimal(text)
    assert csv_of(NUMBERS, [amount])[1] == [format(amount, "f")]
    (value,) = xlsx_of(NUMBERS, [amount])[1]
    assert isinstance(value, int | float)
    assert round(Decimal(value), 4 if text == "0.1234" else 2) == amount


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
@settings(max_examples=40, deadline=None)
def test_any_amount_of_money_comes_back(amount: Decimal) -> None:
    (value,) = xlsx_of(NUMBERS, [amount])[1]
    assert round(Decimal(value), 2) == amount
    assert Decimal(csv_of(NUMBERS, [amount])[1][0]) == amount


@pytest.mark.parametrize("text", ["12345678901234567.89", "0.1234567890123456", "123456789012345678901234567890"])
def test_what_a_spreadsheet_would_round_is_text(text: str) -> None:
    assert xlsx_of(NUMBERS, [Decimal(text)])[1] == (text,)
    assert csv_of(NUMBERS, [Decimal(text)])[1] == [text]


FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\x00=1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(1)",
    "\t@SUM(1)",
    "\tno formula, yet a cell that begins with a tab",
    "\t",
    "+61 2 5550 1234",
    '=HYPERLINK("http://example.com","x")',
    "{=1+1}",
    "http://example.com/=1",
    "<r>=1+1</r>",
]
HARMLESS_IN_CSV = {"{=1+1}", "http://example.com/=1", "<r>=1+1</r>"}


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_becomes_a_formula(text: str) -> None:
    (cell,) = csv_of(TEXTS, [text])[1]
    assert cell == text if text in HARMLESS_IN_CSV else cell.startswith("'")
    content = as_file(as_xlsx.xlsx_chunks, TEXTS, [text])
    (sheet,) = xlsx_sheets(content)
    assert sheet["A2"].data_type in ("s", "inlineStr")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert "hyperlink" not in xml


def test_negative_numbers_are_no_formulas() -> None:
    assert csv_of(NUMBERS, [Decimal("-12.50"), -3])[1:] == [["-12.50"], ["-3"]]
    assert csv_of(TEXTS, ["-12.50"])[1] == ["-12.50"]


ODD_TEXTS = [
    "",
    'says "hello", twice',
    "two\nlines",
    "two\r\nlines",
    "日本語 🎁 ñ é",
    " leading and trailing ",
    "a;b,c\td",
    "nul \x00 and bell \x07",
    "<b>&amp;</b>",
    "_x0041_",
    "<r>bold</r>",
    "<r><t>x</t></r></is></c><c r='B2'><f>1+1</f></c><c><is><r></r>",
    "'quoted",
    "0012",
]


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_text_comes_back_as_it_was(text: str) -> None:
    assert csv_of(TEXTS, [text])[1:] == [[text]]
    (value,) = xlsx_of(TEXTS, [text, "end"])[1]
    assert re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), value or "") == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
@settings(max_examples=60, deadline=None)
def test_any_text_makes_a_file_that_opens(texts: list[str]) -> None:
    for written, text in zip(csv_of(TEXTS, texts)[1:], texts, strict=True):
        assert written[0].removeprefix("'").replace("\\|", "|") == text.removeprefix("'").replace("\\|", "|")
    assert len(xlsx_of(TEXTS, [*texts, "end"])) == len(texts) + 2


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    for start in ("", "<r>"):
        (value,) = xlsx_of(TEXTS, [start + "🎁" * 40_000])[1]
        assert value.endswith("🎁…")
        assert len(value) == as_xlsx.LONGEST_TEXT
    assert len(csv_of(TEXTS, ["x" * 40_000])[1][0]) == 40_000


def test_more_rows_than_a_sheet_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "ROWS_PER_SHEET", 3)
    sheets = xlsx_sheets(as_file(as_xlsx.xlsx_chunks, NUMBERS, range(7)))
    assert [sheet.title for sheet in sheets] == ["numbers", "numbers 2", "numbers 3"]
    assert [[cell.value for cell in sheet["A"]] for sheet in sheets] == [
        ["Number", 0, 1, 2],
        ["Number", 3, 4, 5],
        ["Number", 6],
    ]


def _failing() -> Iterator[int]:
    yield from range(10)
    raise RuntimeError("the engine is gone")


def test_nothing_stays_behind_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(RuntimeError, match="engine is gone"):
        as_file(as_xlsx.xlsx_chunks, NUMBERS, _failing())
    assert list(tmp_path.iterdir()) == []
    as_file(as_xlsx.xlsx_chunks, NUMBERS, range(10))
    assert list(tmp_path.iterdir()) == []


def _many(count: int) -> Iterator[Row]:
    for number in range(count):
        yield f"customer {number} with a name", number, Decimal(number) / 100, DAY, MOMENT


def _peak(writer: Callable[..., Iterator[bytes]], count: int) -> int:
    """Bytes of Python objects at the worst moment; the chunks are let go as a socket would."""
    tracemalloc.start()
    try:
        for _ in writer(KINDS, _many(count)):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("writer", [as_csv.csv_chunks, as_xlsx.xlsx_chunks])
def test_memory_does_not_grow_with_the_rows(writer: Callable[..., Iterator[bytes]]) -> None:
    _peak(writer, 10)  # what is loaded once
    few, many = _peak(writer, 500), _peak(writer, 5_000)
    assert many < few + 256 * 1024
