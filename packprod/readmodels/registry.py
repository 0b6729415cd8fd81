"""The register of the source table and of all read models. Apps fill it when Django starts; the mechanism reads it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings

from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution

DEFAULT_QUEUE = "celery"
SHORTEST_INTERVAL = 0.3


@dataclass(frozen=True, slots=True)
class ProjectionRow:
    """A projection row that an order puts into the bucket `key` of a read model. A bucket is sorted by `row_id`."""

    key: str
    row_id: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The table that all read models derive from.

    `owned` says whether a row, or a stream image, belongs to this client. `parse` returns the domain object that read
    models project, or raises BrokenOrder. `worth` is what such a broken row is worth, None where it does not say.

    What `parse` gives may depend on more than the row. Then `version` reads, strongly consistent, of which version that
    is; from then on `parse` goes by this version or a later one.
    """

    table: type[Table]
    owned: Callable[[Item], bool]
    parse: Callable[[Item], Any]
    worth: Callable[[Item], Decimal | None] = lambda item: None
    version: Callable[[], int] = lambda: 0


@dataclass(frozen=True, slots=True)
class Bucket:
    """The projection rows of one key of a read model: what one summary is computed from.

    `bucket_id` is the id of its summary's derivation."""

    model: "ReadModel"
    key: str

    @property
    def bucket_id(self) -> str:
        """The id of the bucket, which is that of its summary's derivation."""
        return bucket_id(self.model.name, self.key)

    @property
    def partition(self) -> str:
        """The id of the bucket that holds its projection rows."""
        return bucket_id(self.model.reads or self.model.name, self.key)


Claim = Callable[[type[Table], Sequence[Item]], Iterable[Item]]


def no_claim(table: type[Table], rows: Sequence[Item]) -> Iterable[Item]:
    """Claims none: nobody else writes the table."""
    return ()


FurtherData = Callable[[Sequence[str]], Mapping[str, dict[str, Any]]]


Contributing = Callable[[dict[str, Any]], Contribution | None]


class BucketEnds(Protocol):
    """The rows at both ends of a bucket, strongly consistent, read as they are used; `further` is what its summary
    depends on besides."""

    further: Sequence[dict[str, Any]]

    def first(self) -> Iterator[dict[str, Any]]:
        """The `data` of the rows, the lowest row id first."""

    def last(self) -> Iterator[dict[str, Any]]:
        """The `data` of the rows, the highest row id first."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How a summary is kept up by the changes of its bucket, without reading all rows.

    - `contribution(data)` is what a row with this `data` adds to the summary; None if nothing. Without it, rows are
      summaries themselves, and what was folded into them is handed on.
    - `fold(bucket, kept, change, ends, now)` returns the very rows that `summarise` would give, given those of
      `kept_in` as they are stored, or None where only `summarise` can tell. A change may take out what another part of
      it puts in. `ends` may show rows whose changes are not folded yet; they will be.
    - `kept_in` are the tables of those summary rows that it goes by.
    """

    contribution: Contributing | None
    fold: "Callable[[Bucket, list[Item], Change, BucketEnds, datetime], Sequence[Table] | None]"
    kept_in: tuple[type[Table], ...]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One read model: pure functions from an order to projection rows, and from a bucket's rows to summary rows.

    - `project(order)` returns the projection rows of an order, and rows of `projected_tables`, each of which has the
      attributes clientID and sourceID (the order's id); `project_broken(item)` returns the projection rows of a broken
      order's raw row, if any.
    - `summarise(bucket, rows, now)` is given the `data` of all rows in the bucket, in the order of their row ids. It
      returns rows of `summary_tables`, each with an attribute clientID, or projection rows for a bucket of another
      read model, which is summarised next. It returns None as long as rows of a release before are among them that do
      not say enough: then the summary stays as it is, and dirty, until the rebuild that is due. It is None if the
      projection rows themselves are read, as a list.
    - `claims(table, rows)`: for summary tables that other programs write, too: of rows that do not name this client,
      those that are about it. What no order accounts for among them is removed.
    - `further_data(keys)`: what summaries depend on besides projection rows, read strongly consistent: a further `data`
      by bucket key, which `summarise` is given behind those of the rows. Whatever changes there must mark the bucket
      dirty (see `summary.mark_known`).
    - `fold`: how the summary is kept up where its bucket grows; without it, each change reads all rows.
    - `reads`: the name of the read model whose projection rows of the same key are summarised, if not its own.
    - `interval`: for how many seconds after a worker has taken a summary its next changes wait for one another.
    - `queue`: the Celery queue of its summaries; those of customers wait for no others.
    - `logs`: whether each summary is logged and counted by its key (contract section 8).
    - `manifest(key)`: for summaries that processes keep in memory: where the version of each is found, as the name of a
      manifest and its attribute (see `tables.Manifest`).
    - `depends_on` names the settings that the rows depend on; raise `version` when the same orders give other rows.
      A change of either makes a rebuild due (see `definitions`).
    """

    name: str
    project: Callable[[Any], Iterable[ProjectionRow | Table]] = lambda order: ()
    projected_tables: tuple[type[Table], ...] = ()
    project_broken: Callable[[Item], Iterable[ProjectionRow]] = lambda item: ()
    summarise: Callable[[Bucket, list[dict[str, Any]], datetime], Sequence[Table] | None] | None = None
    summary_tables: tuple[type[Table], ...] = ()
    claims: Claim = no_claim
    further_data: FurtherData | None = None
    fold: Fold | None = None
    reads: str = ""
    interval: float = SHORTEST_INTERVAL
    queue: str = DEFAULT_QUEUE
    logs: bool = False
    manifest: Callable[[str], tuple[str, str]] | None = None
    depends_on: tuple[str, ...] = ()
    version: int = 1


_sources: list[Source] = []
_models: dict[str, ReadModel] = {}


def register_source(source: Source) -> None:
    """Sets the source table; there is exactly one."""
    _sources[:] = [source]


def register_read_model(model: ReadModel) -> None:
    """Adds a read model, or replaces the one of the same name."""
    _models[model.name] = model


def source() -> Source:
    """The registered source."""
    return _sources[0]


def read_models() -> tuple[ReadModel, ...]:
    """Every read model."""
    return tuple(_models.values())


def bucket_id(model_name: str, key: str) -> str:
    """The id of a bucket. It contains the client, so that two clients can share a table."""
    return f"{model_name}#{settings.PACKPROD_CLIENT_ID}#{key}"


def summary_bucket(bucket: str) -> Bucket | None:
    """The bucket with this id; None for ids without a summary of ours: those of orders, lists and other clients."""
    name, _, rest = bucket.partition("#")
    client_id, _, key = rest.partition("#")
    model = _models.get(name)
    if model is None or model.summarise is None or client_id != settings.PACKPROD_CLIENT_ID:
        return None
    return Bucket(model, key)


def fed_summaries(partition: str) -> list[Bucket]:
    """The buckets whose summaries the projection rows of a partition feed."""
    name, _, rest = partition.partition("#")
    readers = (one.name for one in _models.values() if (one.reads or one.name) == name)
    return [one for one in (summary_bucket(f"{reader}#{rest}") for reader in readers) if one]


def interval_of(summary_id: str) -> float:
    """For how many seconds after a worker has taken a summary its next changes wait for one another."""
    bucket = summary_bucket(summary_id)
    return bucket.model.interval if bucket else SHORTEST_INTERVAL


def queue_of(summary_id: str) -> str:
    """The Celery queue of a summary."""
    bucket = summary_bucket(summary_id)
    return bucket.model.queue if bucket else DEFAULT_QUEUE
