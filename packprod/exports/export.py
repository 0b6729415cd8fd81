"""What an export consists of: a name, and columns with the kind of their cells. Also the name of its file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.text import slugify

ExportRow = TypeVar("ExportRow")


class Kind(Enum):
    """The kind of a column's cells, which decides how both formats write them.

    TEXT: str. NUMBER and MONEY: int or Decimal, written with the decimals they have. DATE: a business day.
    INSTANT: an aware datetime, written in the business time zone. In every kind, None is an empty cell.
    """

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column(Generic[ExportRow]):
    """A column. `value` returns the cell of a row; `width` is in characters, by default one that suits the kind."""

    header: str
    value: Callable[[ExportRow], Any]
    kind: Kind = Kind.TEXT
    width: int | None = None

    @property
    def title(self) -> str:
        """The header with the currency or the time zone, which the cells leave out."""
        match self.kind:
            case Kind.MONEY:
                return f"{self.header} ({settings.PACKPROD_CURRENCY})"
            case Kind.INSTANT:
                return f"{self.header} ({settings.PACKPROD_TIME_ZONE})"
        return self.header


@dataclass(frozen=True, slots=True)
class Export(Generic[ExportRow]):
    """What to export. `name`, such as `orders`, names the sheet and stands in the log; it has at most 28 characters."""

    name: str
    columns: tuple[Column[ExportRow], ...]

    @property
    def titles(self) -> list[str]:
        """The header row."""
        return [column.title for column in self.columns]


LONGEST_PART = 60


def file_name(*parts: str, start: date | None = None, end: date | None = None) -> str:
    """A file's name without a suffix: the parts, then the business days that it covers, such as
    `orders-from-2026-01-01`. Empty parts are left out; whatever a part contains, the name is safe on every system.
    """
    named = [safe for part in parts if (safe := slugify(part)[:LONGEST_PART])]
    if start and end:
        days = [f"{start}-to-{end}"] if start != end else [f"{start}"]
    else:
        days = [f"from-{start}"] if start else [f"to-{end}"] if end else []
    return "-".join([*named, *days])
