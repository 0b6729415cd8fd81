"""Models over DynamoDB tables, by which Django's admin reads rows through a source.

A table model gives a table its menu entry, permissions, history and pages. Its rows are read through a `TableSource`
and changed by services. What would send it to the SQL database is blocked, and a filter that is not known is refused:
one that silently did not apply would give a bulk action every row.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Never, Protocol, TypeVar, runtime_checkable

from django.core.exceptions import FieldError
from django.db import NotSupportedError, models
from django.db.models import Q

from packprod.readmodels.lists.pages import Page
from packprod.readmodels.lists.walk import Position
from packprod.text import normal_text


class TableModelManager(models.Manager["TableModel"]):
    """The manager of a model that has no SQL table."""

    def get_queryset(self) -> Never:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{self.model.__name__} is read through its selectors, not through SQL.")


class TableModel(models.Model):
    """Base of all table models. Subclasses name the primary key, and hold what their pages show."""

    objects = TableModelManager()

    class Meta:
        abstract = True
        managed = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{type(self).__name__} is changed by its services.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{type(self).__name__} is not deleted here.")

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"{type(self).__name__} is read again through its source.")


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What a change list shows: `filters` by name, their values as text in one canonical form; `sort` is one of the
    source's sorts, or empty for its default."""

    filters: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    sort: str = ""
    descending: bool = False

    # Django's ChangeList reads these two of a queryset's query.
    @property
    def select_related(self) -> bool:
        """Never: there is nothing to join."""
        return False

    @property
    def order_by(self) -> tuple[str, ...]:
        """The change list's own ordering is all there is."""
        return ()

    def as_json(self) -> dict[str, Any]:
        """For a task or an export; `TableQuery(**…)` is the way back."""
        return asdict(self)

    @property
    def scope(self) -> str:
        """The text that a page's cursor is signed for: another filter or sort makes it another list."""
        return json.dumps(self.as_json(), sort_keys=True)


ModelT = TypeVar("ModelT", bound=TableModel)
RowT = TypeVar("RowT", bound=TableModel, covariant=True)


class TableSource(Protocol[ModelT]):
    """Reads a table model's rows. A read costs what it returns; it raises EngineUnavailable, never returns nothing."""

    @property
    def filters(self) -> Collection[str]:
        """The names of the filters it knows."""

    @property
    def sorts(self) -> Collection[str]:
        """The names of the fields it can sort by; the first is the default."""

    def page(self, query: TableQuery, *, limit: int, position: Position | None, now: datetime) -> Page[ModelT]:
        """The page of rows behind a position. Raises InvalidCursor for a position that is not one of its own."""

    def by_ids(self, ids: Sequence[str], *, now: datetime) -> list[ModelT]:
        """The rows that exist among the ids, in the order given."""

    def total(self, query: TableQuery, *, now: datetime) -> int | None:
        """The true count, where it is known without reading the rows; else None."""


@runtime_checkable
class WholeListSource(Protocol[RowT]):
    """A source whose rows move while they are read page by page; it can read all of them nevertheless."""

    def every(self, query: TableQuery, *, now: datetime) -> Iterator[RowT]:
        """All rows that pass the query, in its order, none left out because it moved meanwhile."""


WALK_PAGE = 200
LONGEST_KEY = 1_000  # bytes; no id of ours is longer, and the engine refuses a longer key


@dataclass(frozen=True, slots=True)
class TableQuerySet(Generic[ModelT]):
    """Rows of one source: all that pass `query`, or those with `ids`. `now` is the request's instant."""

    model: type[ModelT]
    source: TableSource[ModelT]
    now: datetime
    query: TableQuery = field(default_factory=TableQuery)
    ids: Sequence[str] | None = None

    ordered: ClassVar[bool] = True
    db: ClassVar[str] = "default"

    def filter(self, *conditions: Q, **lookups: Any) -> "TableQuerySet[ModelT]":
        """Narrowed by the source's filters, or to given ids (`pk`, `pk__in`). Raises FieldError for anything else."""
        if any(conditions):
            raise FieldError(f"{self.model.__name__} cannot be filtered by a Q object.")
        narrowed = self
        for name, value in lookups.items():
            narrowed = narrowed._by(name, value)
        return narrowed

    def _by(self, name: str, value: Any) -> "TableQuerySet[ModelT]":
        if name in ("pk", self.model._meta.pk.name):
            return replace(self, ids=[str(value)])
        if name == "pk__in":
            return replace(self, ids=[str(one) for one in value])
        if name not in self.source.filters:
            raise FieldError(f"{self.model.__name__} has no filter {name}; there are: {sorted(self.source.filters)}.")
        return replace(self, query=replace(self.query, filters={**self.query.filters, name: str(value)}))

    def search(self, text: str) -> "TableQuerySet[ModelT]":
        """Narrowed to what the source finds for a text; not at all by one in which nothing can be seen."""
        return replace(self, query=replace(self.query, search=normal_text(text)))

    def order_by(self, *names: str) -> "TableQuerySet[ModelT]":
        """Sorted by one of the source's sorts. Raises FieldError for another."""
        if not names:
            return self
        sort = names[0].removeprefix("-")
        if sort not in self.source.sorts:
            raise FieldError(f"{self.model.__name__} cannot be sorted by {sort}; only by {list(self.source.sorts)}.")
        return replace(self, query=replace(self.query, sort=sort, descending=names[0].startswith("-")))

    def page(self, *, limit: int, position: Position | None) -> Page[ModelT]:
        """The page behind a position, None: the first."""
        return self.source.page(self.query, limit=limit, position=position, now=self.now)

    def total(self) -> int | None:
        """The true count where it is known without reading the rows."""
        return self.source.total(self.query, now=self.now) if self.ids is None else len(self.ids)

    def __iter__(self) -> Iterator[ModelT]:
        """The selected rows, read again by key; or every page of the list, one after the other."""
        if self.ids is not None:
            yield from self.source.by_ids(list(filter(is_possible_key, self.ids)), now=self.now)
            return
        if isinstance(self.source, WholeListSource):
            yield from self.source.every(self.query, now=self.now)
            return
        position: Position | None = None
        while True:
            page = self.page(limit=WALK_PAGE, position=position)
            yield from page.items
            position = page.next_position
            if position is None:
                return

    def get(self, **lookups: Any) -> ModelT:
        """The row with a primary key. Raises DoesNotExist."""
        found = list(self.filter(**lookups)) if set(lookups) <= {"pk", self.model._meta.pk.name} else []
        if len(found) != 1:
            raise self.model.DoesNotExist(f"There is no such {self.model._meta.verbose_name}.")
        return found[0]


def is_possible_key(text: str) -> bool:
    """Whether an id is short enough for the engine to look it up."""
    return 0 < len(text.encode(errors="replace")) <= LONGEST_KEY
