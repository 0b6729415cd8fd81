"""Which rules the stored read models were derived by: a changed setting or program makes a rebuild due.

Thresholds and time zone come from settings, projection rows change with the program. Neither changes an order, so
no stream record shows it. Each read model therefore has a version and names the settings it depends on; what was
built last is remembered, and compared once a minute.
"""

import json
from collections.abc import Iterable, Sequence

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.reads import batch_get, scan_all
from packprod.dynamodb.tables import EngineMeta, Table, prefixed
from packprod.dynamodb.writes import put, write
from packprod.errors import ListBeingBuilt
from packprod.readmodels.registry import ReadModel, read_models, source

_known_built: set[tuple[str, str]] = set()


class BuiltModel(Table):
    """The definition that a client's read model was built by."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-read-models")

    model_id = UnicodeAttribute(hash_key=True, attr_name="modelID")
    definition = UnicodeAttribute()


def definition(model: ReadModel) -> str:
    """Its version and the settings it depends on, as text to compare."""
    named = {name: str(getattr(settings, name)) for name in model.depends_on}
    return json.dumps({"version": model.version, **named}, sort_keys=True)


def changed_models() -> list[str]:
    """The names of the read models that were built by another definition, or never. Raises EngineUnavailable."""
    return [one.name for one in _changed(read_models())]


def are_rules_outdated() -> bool:
    """Whether figures may still be those of other rules (another time zone, other thresholds, another program).

    One read per call until everything is built, none afterwards in the life of a process. Raises EngineUnavailable.
    """
    return bool(_unbuilt(read_models()))


def _changed(models: Sequence[ReadModel]) -> list[ReadModel]:
    built = {row["modelID"]: row["definition"] for row in batch_get(BuiltModel, [(_id(one),) for one in models])}
    return [one for one in models if built.get(_id(one)) != definition(one)]


def require_built(model: ReadModel) -> None:
    """Raises ListBeingBuilt while a new read model is built from the orders there are: half of it is no list."""
    if not is_built(model):
        raise ListBeingBuilt("This list is being built from the orders there are; that is done in a few minutes.")


def is_built(model: ReadModel) -> bool:
    """Whether all orders are in a read model by its present definition. Raises EngineUnavailable.

    One read in the life of a process and client: what is built stays built until another program starts.
    """
    return not _unbuilt([model])


def _unbuilt(models: Iterable[ReadModel]) -> list[ReadModel]:
    """Those not built by their present definition; what is built is remembered and not read again."""
    unknown = [one for one in models if _built_by(one) not in _known_built]
    changed = _changed(unknown)
    _known_built.update(_built_by(one) for one in unknown if one not in changed)
    return changed


def record_built() -> None:
    """Remembers that everything is built by the present definitions: call it after a rebuild, or before any order."""
    for model in read_models():
        write(put(BuiltModel(_id(model), definition=definition(model))))


def record_if_empty() -> None:
    """The same before the first order, when nothing can be outdated. Raises EngineUnavailable."""
    table = source().table
    if next(scan_all(table, attributes=table.key_names()), None) is None:
        record_built()


def _built_by(model: ReadModel) -> tuple[str, str]:
    return _id(model), definition(model)


def _id(model: ReadModel) -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#{model.name}"
