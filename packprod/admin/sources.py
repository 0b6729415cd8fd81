"""What a change list reads from: each app's source turns a query into a selector's call and rows into faces."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from packprod.admin.faces import Face
from packprod.admin.queries import TableQuery
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

F = TypeVar("F", bound=Face)


class TableSource(Protocol[F]):
    """Reads cost what they return. All raise EngineUnavailable where the engine is away, never give an empty page."""

    @property
    def filters(self) -> Collection[str]:
        """The names of the filters it knows."""

    @property
    def sorts(self) -> Collection[str]:
        """The names of the fields it can sort by; the first is the default."""

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[F]:
        """A page of faces behind a position. Raises InvalidCursor for a broken position."""

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[F]:
        """The faces that exist among the ids, in the order given."""

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        """The true count, where it is known without reading the rows; else None."""
