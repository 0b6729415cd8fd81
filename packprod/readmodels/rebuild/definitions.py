"""Records by which definition each read model was built, because a changed setting or program makes a rebuild due.

Read models depend on settings, such as thresholds and the time zone, and on the program. A change of these changes no
order, so no stream record shows it. Therefore each read model has a version and names the settings that it depends on.
Both together are its definition; the one it was built by is stored, and compared with the present one every minute.
"""

import json
from collections.abc import Iterable, Sequence

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.reads import batch_get, get, scan_all
from packprod.dynamodb.tables import EngineMeta, Table, prefixed
from packprod.dynamodb.writes import put, write
from packprod.errors import ListBeingBuilt
from packprod.readmodels.registry import ReadModel, read_models, source

_known_built: set[tuple[str, str]] = set()


class BuiltModel(Table):
    """The definition by which a client's read model was built."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-read-models")

    model_id = UnicodeAttribute(hash_key=True, attr_name="modelID")
    definition = UnicodeAttribute()


def definition(model: ReadModel) -> str:
    """The read model's version and the values of the settings that it depends on, as text."""
    named = {name: str(getattr(settings, name)) for name in model.depends_on}
    return json.dumps({"version": model.version, **named}, sort_keys=True)


def changed_models() -> list[str]:
    """The names of the read models that were built by another definition, or not at all. Raises EngineUnavailable."""
    return [one.name for one in _changed(read_models())]


def are_rules_outdated() -> bool:
    """Whether figures may still follow other rules: another time zone, other thresholds, another program.

    Costs one read per call until everything is built, and none after that. Raises EngineUnavailable.
    """
    return bool(_unbuilt(read_models()))


def _changed(models: Sequence[ReadModel]) -> list[ReadModel]:
    built = {row["modelID"]: row["definition"] for row in batch_get(BuiltModel, [(_id(one),) for one in models])}
    return [one for one in models if built.get(_id(one)) != definition(one)]


def require_built(model: ReadModel) -> None:
    """Raises ListBeingBuilt while a new read model is being built from the stored orders, as half a list is none."""
    if not is_built(model):
        raise ListBeingBuilt("This list is being built from the orders there are; that is done in a few minutes.")


def require_version(model: ReadModel, *, since: int) -> None:
    """Raises ListBeingBuilt while a read model is still the one of a release before its version `since`, whose rows lay
    elsewhere. Unlike `require_built`, it lets pass what was never built, and what other settings will change. Costs one
    read per process.
    """
    required = (_id(model), f"version {since}")
    if required in _known_built or _built_by(model) in _known_built:
        return
    row = get(BuiltModel, _id(model))
    if row is not None and int(json.loads(row["definition"]).get("version", 0)) < since:
        raise ListBeingBuilt("This list is being built from the orders there are; that is done in a few minutes.")
    _known_built.add(required)


def is_built(model: ReadModel) -> bool:
    """Whether a read model is built by its present definition. Raises EngineUnavailable.

    Once it is, the process remembers that and reads no more.
    """
    return not _unbuilt([model])


def _unbuilt(models: Iterable[ReadModel]) -> list[ReadModel]:
    """The models that are not built by their present definition. Those that are get remembered and not read again."""
    unknown = [one for one in models if _built_by(one) not in _known_built]
    changed = _changed(unknown)
    _known_built.update(_built_by(one) for one in unknown if one not in changed)
    return changed


def record_built() -> None:
    """Records that all read models are built by their present definitions; call it after a rebuild."""
    for model in read_models():
        write(put(BuiltModel(_id(model), definition=definition(model))))


def record_if_empty() -> None:
    """Does `record_built` if there is no order yet, as then nothing can be outdated. Raises EngineUnavailable."""
    table = source().table
    if next(scan_all(table, attributes=table.key_names()), None) is None:
        record_built()


def _built_by(model: ReadModel) -> tuple[str, str]:
    return _id(model), definition(model)


def _id(model: ReadModel) -> str:
    return f"{settings.PACKPROD_CLIENT_ID}#{model.name}"
