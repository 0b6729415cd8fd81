"""A derivation's state as it was read, and what a commit will do to it: the difference is worked out here, once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from packprod.dynamodb.reads import batch_get
from packprod.dynamodb.tables import Table
from packprod.readmodels.former_positions import RowPositions
from packprod.readmodels.outputs import Output, keyed_row, summaries_of
from packprod.readmodels.tables import Derivation


@dataclass(frozen=True, slots=True)
class State:
    """A derivation's state as read: version 0 where there is none yet."""

    derivation_id: str
    version: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    positions: RowPositions = field(default_factory=dict)
    requested: int = 0
    is_dirty: bool = False
    derived_at: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a commit will do: the rows to have from now on, and whether to clear this derivation's own dirt.

    `force` writes rows that look unchanged, and marks what they go into, all the same. `marking` False: the caller
    derives what they go into itself, whatever happens (see `packprod.readmodels.rebuild.markers`).
    """

    state: State
    rows: Sequence[Table]
    clears_dirt: bool = False
    force: bool = False
    marking: bool = True

    @cached_property
    def outputs(self) -> list[Output]:
        """The rows to have."""
        return [Output.of(row) for row in self.rows]

    @cached_property
    def changed(self) -> list[Output]:
        """Those that differ from what was derived last, and with them those that say when that was: all rows of a
        derivation are of one instant, `derivedAt`."""
        differing = {one.key for one in self.outputs if self.force or self.state.outputs.get(one.key) != one.digest}
        return [one for one in self.outputs if one.key in differing or (differing and one.row.volatile)]

    @cached_property
    def stale(self) -> list[Table]:
        """Rows (no more than their keys) derived last time and no longer."""
        return [keyed_row(key) for key in sorted(self.state.outputs.keys() - {one.key for one in self.outputs})]

    @cached_property
    def touched(self) -> frozenset[str]:
        """The summaries that projection rows written or deleted here go into."""
        return summaries_of([*(one.row for one in self.changed), *self.stale])

    @property
    def marks(self) -> frozenset[str]:
        """Those of them that are dirty from this commit on."""
        return self.touched if self.marking else frozenset()

    @property
    def operations(self) -> int:
        """How many operations the commit takes at most, marks aside."""
        return 1 + len(self.changed) + len(self.stale)


def read_states(derivation_ids: Iterable[str]) -> dict[str, State]:
    """The states by id, strongly consistent; read them BEFORE the source."""
    ids = list(derivation_ids)
    found = {item["derivationID"]: item for item in batch_get(Derivation, [(one,) for one in ids])}
    return {one: _state(one, found.get(one, {})) for one in ids}


def _state(derivation_id: str, item: dict[str, Any]) -> State:
    return State(
        derivation_id=derivation_id,
        version=int(item.get("version", 0)),
        outputs=item.get("outputs", {}),
        positions=item.get("places", {}),
        requested=int(item.get("requested", 0)),
        is_dirty="dirtySince" in item,
        derived_at=item.get("derivedAt"),
    )
