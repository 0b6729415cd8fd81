"""What an export says: a name and columns, each with the kind of its cells. The rows come apart, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from django.conf import settings

Row = TypeVar("Row")


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
class Column(Generic[Row]):
    """`value` takes a row and gives its cell; `width` is in characters, by default what suits the kind."""

    header: str
    value: Callable[[Row], Any]
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
class Export(Generic[Row]):
    """`name` is the sheet's name and stands in the log: at most 28 characters, such as `orders`."""

    name: str
    columns: tuple[Column[Row], ...]

    @property
    def titles(self) -> list[str]:
        """The header row."""
        return [column.title for column in self.columns]
