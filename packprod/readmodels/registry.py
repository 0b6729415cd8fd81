"""What is derived from what. Apps register here when Django starts; the mechanism knows only this."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings

from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table


@dataclass(frozen=True, slots=True)
class ProjectionRow:
    """A projection row that an order puts into the bucket `key` of a read model; `row_id` sorts inside the bucket."""

    key: str
    row_id: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The table that all read models derive from.

    `owned` says whether a row (or a stream image) is this client's; `parse` makes the domain object that the
    read models project, or raises BrokenOrder.
    """

    table: type[Table]
    owned: Callable[[Item], bool]
    parse: Callable[[Item], Any]


@dataclass(frozen=True, slots=True)
class Bucket:
    """What one summary is computed from: the projection rows of one key of a read model."""

    model: "ReadModel"
    key: str

    @property
    def bucket_id(self) -> str:
        """The partition of the projection rows; what is marked dirty, and what the summary's state hangs on."""
        return bucket_id(self.model.name, self.key)


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One read model: pure functions from an order to projection rows and from a bucket's rows to summary rows.

    `project_broken` gives what the raw row of a broken order puts into it, if anything.
    `summarise(bucket, rows, now)` gets the `data` of every row in the bucket in row_id order. It gives rows of
    `summary_tables`, each with an attribute clientID, or projection rows for the bucket of another read model, which is
    then summarised in its turn. None: the projection rows themselves are what is read (a list).
    `rows_move`: a list whose row ids change with the orders' figures; each order remembers where its row stood, so that
    a reader can leave out who moved (see `former_positions`).
    `delay` is how many seconds a summary may wait for more changes to come; 0: it is wanted at once.
    `depends_on` names the settings that its rows depend on; raise `version` when the same orders give other rows.
    Either makes a rebuild due (see `definitions`).
    """

    name: str
    project: Callable[[Any], Iterable[ProjectionRow]] = lambda order: ()
    project_broken: Callable[[Item], Iterable[ProjectionRow]] = lambda item: ()
    summarise: Callable[[Bucket, list[dict[str, Any]], datetime], Sequence[Table]] | None = None
    summary_tables: tuple[type[Table], ...] = ()
    delay: float = 0
    depends_on: tuple[str, ...] = ()
    version: int = 1
    rows_move: bool = False


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


def summary_bucket(bucket: str) -> Bucket | None:
    """The bucket behind an id; None for what has no summary of ours: an order, a list, another client's."""
    name, _, rest = bucket.partition("#")
    client_id, _, key = rest.partition("#")
    model = _models.get(name)
    if model is None or model.summarise is None or client_id != settings.PACKPROD_CLIENT_ID:
        return None
    return Bucket(model, key)


def moving_list(bucket: str) -> str | None:
    """The name of the read model behind a bucket's id if its rows move, else None."""
    model = _models.get(bucket.partition("#")[0])
    return model.name if model is not None and model.rows_move else None


def delay_of(summary_id: str) -> float:
    """How many seconds a summary may wait for more changes."""
    bucket = summary_bucket(summary_id)
    return bucket.model.delay if bucket else 0
