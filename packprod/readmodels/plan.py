"""A plan: a derivation's state as read and the rows it is to have, and from these the changes that a commit makes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from packprod.dynamodb.reads import Item, batch_get
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import LONGEST, Change, net, stored_changes
from packprod.readmodels.former_positions import RowPositions
from packprod.readmodels.outputs import Output, keyed_row, output_key
from packprod.readmodels.registry import Bucket, Contributing, fed_summaries, summary_bucket
from packprod.readmodels.tables import Derivation, Projection


@dataclass(frozen=True, slots=True)
class State:
    """A derivation's state as read; its version is 0 if there is none yet. `outputs` maps output keys to digests.

    `changes` are those that wait to be folded, encoded, by name; for the rest see `tables.Derivation`.
    """

    derivation_id: str
    version: int = 0
    outputs: dict[str, str] = field(default_factory=dict)
    positions: RowPositions = field(default_factory=dict)
    requested: int = 0
    recorded: int = 0
    folds: int = 0
    changes: dict[str, str] = field(default_factory=dict)
    is_dirty: bool = False
    derived_at: str | None = None

    def can_fold(self, version: int) -> bool:
        """Whether every change since the summary was last derived is known, in the form of the read model's version."""
        return self.folds == version and self.requested == self.recorded


@dataclass(frozen=True)
class Plan:
    """What to commit: the rows that the derivation has from now on, and whether its own dirty mark is cleared.

    With `force`, rows that look unchanged are written, and the summaries they feed are marked, as well; rows of the
    tables `rewritten` are written in any case, because somebody else may have changed them. Without
    `marking` no summary is marked, because the caller will derive them all (see
    `packprod.readmodels.rebuild.markers`).

    `former` are the stored rows, by output key, of which the summaries that they feed must know what changes.
    `folded` are the names of the changes that these rows include, `change` is what they were together, which is handed
    on to summaries that are made of such summaries; None if the rows are not made of changes. `folds` is the version of
    the read model by which changes may be folded from now on, 0 for none, None if that stays as it is. Without
    `recording` the summaries are marked without what changes in them.
    """

    state: State
    rows: Sequence[Table]
    clears_dirt: bool = False
    force: bool = False
    rewritten: tuple[type[Table], ...] = ()
    marking: bool = True
    former: Mapping[str, Item] = field(default_factory=dict)
    folded: Sequence[str] = ()
    change: Change | None = None
    folds: int | None = None
    recording: bool = True

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
    def changes_fed(self) -> dict[str, Change | None]:
        """What changes in each summary that the rows feed which are written or deleted; None if that is not known.

        Summaries in which nothing changes are left out.
        """
        return self.changes_by([*(one.row for one in self.changed), *self.stale])

    def changes_by(self, rows: Iterable[Table]) -> dict[str, Change | None]:
        """The same for some of those rows."""
        fed: dict[str, tuple[Bucket, list[Projection]]] = {}
        for row in rows:
            if isinstance(row, Projection):
                for bucket in fed_summaries(row.bucket):
                    fed.setdefault(bucket.bucket_id, (bucket, []))[1].append(row)
        changes = {one: self._change_in(bucket, written) for one, (bucket, written) in fed.items()}
        return {one: change for one, change in changes.items() if change is None or not change.is_empty}

    def _change_in(self, bucket: Bucket, rows: Sequence[Projection]) -> Change | None:
        fold = bucket.model.fold
        if fold is None or self.force or not self.recording:
            return None
        change = self.change if fold.contribution is None else self._contributions(fold.contribution, rows)
        return change if change and len(change.encoded()) <= LONGEST else None

    def _contributions(self, contribution: Contributing, rows: Sequence[Projection]) -> Change | None:
        """What these rows contribute, and what they did before. None if one is gone that should be stored."""
        keys = {output_key(row) for row in rows}
        written = [one.row for one in self.changed if one.key in keys]
        if any(self.state.outputs.get(key) and key not in self.former for key in keys):
            return None
        before = (contribution(self.former[key]["data"]) for key in sorted(keys & self.former.keys()))
        after = (contribution(row.data) for row in written if isinstance(row, Projection))
        return net(Change([one for one in before if one is not None], [one for one in after if one is not None]))

    @property
    def touched(self) -> frozenset[str]:
        """The ids of the summaries in which these rows change something."""
        return frozenset(self.changes_fed)

    @property
    def marks(self) -> frozenset[str]:
        """The ids of the summaries that this commit marks dirty."""
        return self.touched if self.marking else frozenset()

    @property
    def manifest(self) -> tuple[str, str] | None:
        """The manifest that names the version of these rows, and its attribute; None if there is none."""
        bucket = summary_bucket(self.state.derivation_id)
        return bucket.model.manifest(bucket.key) if bucket and bucket.model.manifest else None

    @property
    def operations(self) -> int:
        """How many operations the commit takes, not counting marks."""
        return 1 + len(self.changed) + len(self.stale) + (self.manifest is not None)


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
        recorded=int(item.get("recorded", 0)),
        folds=int(item.get("folds", 0)),
        changes=stored_changes(item),
        is_dirty="dirtySince" in item,
        derived_at=item.get("derivedAt"),
    )
