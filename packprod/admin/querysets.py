"""The narrow, read-only stand-in for a QuerySet: only what Django's change list and its actions use.

What it does not know it refuses. A filter that silently did not apply would give a bulk action every row.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django.core.exceptions import FieldError
from django.db.models import Q

from packprod.admin.faces import Face
from packprod.admin.queries import TableQuery
from packprod.admin.sources import TableSource
from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position

F = TypeVar("F", bound=Face)
WALK_PAGE = 200
LONGEST_KEY = 1_000  # bytes; no id of ours is longer, and the engine refuses to look for such a one


@dataclass(frozen=True, slots=True)
class TableQuerySet(Generic[F]):
    """Faces of one source: all that pass `query`, or those with `ids`. `now` is the request's instant."""

    model: type[F]
    source: TableSource[F]
    now: datetime
    query: TableQuery = field(default_factory=TableQuery)
    ids: Sequence[str] | None = None

    ordered: ClassVar[bool] = True
    db: ClassVar[str] = "default"

    def filter(self, *conditions: Q, **lookups: Any) -> "TableQuerySet[F]":
        """Narrowed by the source's filters, or to given ids (`pk`, `pk__in`). Raises FieldError for anything else."""
        if any(conditions):
            raise FieldError(f"{self.model.__name__} cannot be filtered by a Q object.")
        narrowed = self
        for name, value in lookups.items():
            narrowed = narrowed._by(name, value)
        return narrowed

    def _by(self, name: str, value: Any) -> "TableQuerySet[F]":
        if name in ("pk", self.model._meta.pk.name):
            return replace(self, ids=[str(value)])
        if name == "pk__in":
            return replace(self, ids=[str(one) for one in value])
        if name not in self.source.filters:
            raise FieldError(f"{self.model.__name__} has no filter {name}; there are: {sorted(self.source.filters)}.")
        return replace(self, query=replace(self.query, filters={**self.query.filters, name: str(value)}))

    def search(self, text: str) -> "TableQuerySet[F]":
        """Narrowed to what the source finds for a text."""
        return replace(self, query=replace(self.query, search=text.strip()))

    def order_by(self, *names: str) -> "TableQuerySet[F]":
        """Sorted by one of the source's sorts. Raises FieldError for another."""
        if not names:
            return self
        sort = names[0].removeprefix("-")
        if sort not in self.source.sorts:
            raise FieldError(f"{self.model.__name__} cannot be sorted by {sort}; only by {list(self.source.sorts)}.")
        return replace(self, query=replace(self.query, sort=sort, descending=names[0].startswith("-")))

    def page(self, *, limit: int, position: Position | None) -> Page[F]:
        """The page behind a position, None: the first."""
        return self.source.page(self.query, limit=limit, position=position, now=self.now)

    def total(self) -> int | None:
        """The true count where it is known without reading the rows."""
        return self.source.total(self.query, now=self.now) if self.ids is None else len(self.ids)

    def __iter__(self) -> Iterator[F]:
        """The selected faces, read again by key; or every page of the list, one after the other."""
        if self.ids is not None:
            yield from self.source.by_ids(list(filter(is_possible_key, self.ids)), now=self.now)
            return
        position: Position | None = None
        while True:
            page = self.page(limit=WALK_PAGE, position=position)
            yield from page.items
            position = page.next_position
            if position is None:
                return

    def get(self, **lookups: Any) -> F:
        """The one face with a primary key. Raises DoesNotExist."""
        found = list(self.filter(**lookups)) if set(lookups) <= {"pk", self.model._meta.pk.name} else []
        if len(found) != 1:
            raise self.model.DoesNotExist(f"There is no such {self.model._meta.verbose_name}.")
        return found[0]


def is_possible_key(text: str) -> bool:
    """Whether the engine would look for an id."""
    return 0 < len(text.encode(errors="replace")) <= LONGEST_KEY
