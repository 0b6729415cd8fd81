"""What an export consists of: a name and columns, each with the kind of its cells. Rows come one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.utils.text import slugify

ExportRow = TypeVar("ExportRow")


class Kind(Enum):
    """What the cells of a column are, and so how both formats write them.

    TEXT: str. NUMBER and MONEY: int or Decimal, written with the decimals they have. DATE: a business day.
    INSTANT: an aware datetime, written in the business time zone. None is an empty cell in each.
    """

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Column(Generic[ExportRow]):
    """`value` takes a row and gives its cell; `width` is in characters, by default what suits the kind."""

    header: str
    value: Callable[[ExportRow], Any]
    kind: Kind = Kind.TEXT
    width: int | None = None

    @property
    def title(self) -> str:
        """The header, with what its cells leave out: the currency, the time zone."""
        match self.kind:
            case Kind.MONEY:
                return f"{self.header} ({settings.PACKPROD_CURRENCY})"
            case Kind.INSTANT:
                return f"{self.header} ({settings.PACKPROD_TIME_ZONE})"
        return self.header


@dataclass(frozen=True, slots=True)
class Export(Generic[ExportRow]):
    """`name` is the sheet's name and stands in the log: at most 28 characters, such as `orders`."""

    name: str
    columns: tuple[Column[ExportRow], ...]

    @property
    def titles(self) -> list[str]:
        """The header row."""
        return [column.title for column in self.columns]


LONGEST_PART = 60


def file_name(*parts: str, start: date | None = None, end: date | None = None) -> str:
    """What it is, then the business days it covers; empty parts and open ends are left out. No suffix.

    Safe on every system, whatever a part holds.
    """
    named = [safe for part in parts if (safe := slugify(part)[:LONGEST_PART])]
    if start and end:
        days = [f"{start}-to-{end}"] if start != end else [f"{start}"]
    else:
        days = [f"from-{start}"] if start else [f"to-{end}"] if end else []
    return "-".join([*named, *days])
