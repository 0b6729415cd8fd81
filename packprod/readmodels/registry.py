"""The register of the source table and of all read models. Apps fill it when Django starts; the mechanism reads it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table


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
    """The projection rows of one key of a read model: what one summary is computed from."""

    model: "ReadModel"
    key: str

    @property
    def bucket_id(self) -> str:
        """The id of the bucket: the partition of its projection rows, and the id of its summary's derivation."""
        return bucket_id(self.model.name, self.key)


Claim = Callable[[type[Table], Sequence[Item]], Iterable[Item]]


def no_claim(table: type[Table], rows: Sequence[Item]) -> Iterable[Item]:
    """Claims none: nobody else writes the table."""
    return ()


FurtherData = Callable[[Sequence[str]], Mapping[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class ReadModel:
    """One read model: pure functions from an order to projection rows, and from a bucket's rows to summary rows.

    - `project(order)` returns the projection rows of an order, and rows of `projected_tables`, each of which has the
      attributes clientID and sourceID (the order's id); `project_broken(item)` returns the projection rows of a broken
      order's raw row, if any.
    - `summarise(bucket, rows, now)` is given the `data` of all rows in the bucket, in the order of their row ids. It
      returns rows of `summary_tables`, each with an attribute clientID, or projection rows for a bucket of another
      read model, which is summarised next. It is None if the projection rows themselves are read, as a list.
    - `claims(table, rows)`: for summary tables that other programs write, too: of rows that do not name this client,
      those that are about it. What no order accounts for among them is removed.
    - `further_data(keys)`: what summaries depend on besides projection rows, read strongly consistent: a further `data`
      by bucket key, which `summarise` is given behind those of the rows. Whatever changes there must mark the bucket
      dirty (see `summary.mark_known`).
    - `delay`: for how many seconds a summary may wait for more changes.
    - `depends_on` names the settings that the rows depend on; raise `version` when the same orders give other rows.
      A change of either makes a rebuild due (see `definitions`).
    """

    name: str
    project: Callable[[Any], Iterable[ProjectionRow | Table]] = lambda order: ()
    projected_tables: tuple[type[Table], ...] = ()
    project_broken: Callable[[Item], Iterable[ProjectionRow]] = lambda item: ()
    summarise: Callable[[Bucket, list[dict[str, Any]], datetime], Sequence[Table]] | None = None
    summary_tables: tuple[type[Table], ...] = ()
    claims: Claim = no_claim
    further_data: FurtherData | None = None
    delay: float = 0
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


def delay_of(summary_id: str) -> float:
    """For how many seconds a summary may wait for more changes."""
    bucket = summary_bucket(summary_id)
    return bucket.model.delay if bucket else 0
