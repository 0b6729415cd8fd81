"""What is derived from what. Apps register here when Django starts; the mechanism knows only this."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from packprod.dynamodb.base import Table
from packprod.dynamodb.reads import Item


@dataclass(frozen=True, slots=True)
class Row:
    """A slim row that an order puts into the bucket `key` of a read model; `row_id` sorts inside the bucket."""

    key: str
    row_id: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The table that all read models derive from.

    `owned` tells whether a row (or a stream image) is this client's; `parse` makes the domain object that the
    read models project, or raises BrokenOrder.
    """

    table: type[Table]
    owned: Callable[[Item], bool]
    parse: Callable[[Item], Any]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One read model: pure functions from an order to slim rows and from a bucket's rows to summary rows.

    `summarise(key, rows, now)` gets the `data` of every row in the bucket in row_id order and gives rows of
    `summary_tables`, each with an attribute clientID. None: the slim rows themselves are what is read (a list).
    """

    name: str
    project: Callable[[Any], Iterable[Row]]
    summarise: Callable[[str, list[dict[str, Any]], datetime], list[Table]] | None = None
    summary_tables: tuple[type[Table], ...] = ()


_sources: list[Source] = []
_models: dict[str, ReadModel] = {}


def register_source(source: Source) -> None:
    """Names the source table; exactly one."""
    _sources[:] = [source]


def register_read_model(model: ReadModel) -> None:
    """Adds a read model (again with the same name: replaces it)."""
    _models[model.name] = model


def source() -> Source:
    """The source that was registered."""
    return _sources[0]


def read_models() -> tuple[ReadModel, ...]:
    """Every read model."""
    return tuple(_models.values())


def bucket_id(model_name: str, key: str) -> str:
    """The id of a bucket: model, client and key, so that two clients in one table never meet."""
    return f"{model_name}#{settings.PACKPROD_CLIENT_ID}#{key}"


def split_bucket(bucket: str) -> tuple[ReadModel, str] | None:
    """The read model and key of a bucket; None for a model that no longer exists or another client's bucket."""
    name, client_id, key = bucket.split("#", 2)
    model = _models.get(name)
    return (model, key) if model and client_id == settings.PACKPROD_CLIENT_ID else None


def is_summarised(bucket: str) -> bool:
    """Whether a bucket is one of ours and its read model has summary rows."""
    found = split_bucket(bucket)
    return found is not None and found[0].summarise is not None
