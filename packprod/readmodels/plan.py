"""A plan: a derivation's state as read and the rows it is to have, and from these the changes that a commit makes."""

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
    """A derivation's state as read; its version is 0 if there is none yet. `outputs` maps output keys to digests."""

    derivation_id: str
    version: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    positions: RowPositions = field(default_factory=dict)
    requested: int = 0
    is_dirty: bool = False
    derived_at: str | None = None


@dataclass(frozen=True)
class Plan:
    """What to commit: the rows that the derivation has from now on, and whether its own dirty mark is cleared.

    With `force`, rows that look unchanged are written, and the summaries they feed are marked, as well; rows of the
    tables `rewritten` are written in any case, because somebody else may have changed them. Without
    `marking` no summary is marked, because the caller will derive them all (see
    `packprod.readmodels.rebuild.markers`).
    """

    state: State
    rows: Sequence[Table]
    clears_dirt: bool = False
    force: bool = False
    rewritten: tuple[type[Table], ...] = ()
    marking: bool = True

    @cached_property
    def outputs(self) -> list[Output]:
        """The rows as outputs."""
        return [Output.of(row) for row in self.rows]

    @cached_property
    def changed(self) -> list[Output]:
        """The outputs that differ from those derived last. If there are any, rows with volatile attributes are written
        too, because all rows of a derivation name the same instant."""
        differing = {one.key for one in self.outputs if self._differs(one)}
        return [one for one in self.outputs if one.key in differing or (differing and one.row.volatile)]

    def _differs(self, one: Output) -> bool:
        return self.force or isinstance(one.row, self.rewritten) or self.state.outputs.get(one.key) != one.digest

    @cached_property
    def stale(self) -> list[Table]:
        """The rows, as keys only, that were derived last time and are not any more."""
        return [keyed_row(key) for key in sorted(self.state.outputs.keys() - {one.key for one in self.outputs})]

    @cached_property
    def touched(self) -> frozenset[str]:
        """The ids of the summaries fed by the projection rows that are written or deleted."""
        return summaries_of([*(one.row for one in self.changed), *self.stale])

    @property
    def marks(self) -> frozenset[str]:
        """The ids of the summaries that this commit marks dirty."""
        return self.touched if self.marking else frozenset()

    @property
    def operations(self) -> int:
        """How many operations the commit takes, not counting marks."""
        return 1 + len(self.changed) + len(self.stale)


def read_states(derivation_ids: Iterable[str]) -> dict[str, State]:
    """The states by id, strongly consistent; read them before the sources."""
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
