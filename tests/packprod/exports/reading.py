"""Reads exported files back, by other libraries than those that wrote them."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from openpyxl import load_workbook

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def csv_rows(content: bytes) -> list[list[str]]:
    """Header and rows of a CSV file as RFC 4180 has it."""
    assert content.startswith(BYTE_ORDER_MARK)
    text = content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def xlsx_sheets(content: bytes) -> list[Any]:
    """The worksheets of an XLSX file."""
    return list(load_workbook(io.BytesIO(content)).worksheets)


def xlsx_rows(content: bytes) -> list[tuple[Any, ...]]:
    """Header and rows of its only sheet."""
    (sheet,) = xlsx_sheets(content)
    return list(sheet.iter_rows(values_only=True))


def body_of(answer: Any) -> bytes:
    """Everything that a download sends."""
    assert answer.status_code == 200, answer.content
    chunks: Iterable[bytes] = answer.streaming_content
    content = b"".join(chunks)
    answer.close()
    return content
