"""What a change list asks for, as plain values: it can be signed into a cursor, stored, or given to a task."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TableQuery:
    """`filters` by name, values as text in one canonical form; `sort` a name of the source's sorts, empty: its own."""

    filters: Mapping[str, str] = field(default_factory=dict)
    search: str = ""
    sort: str = ""
    descending: bool = False

    # What Django's ChangeList asks a queryset's query.
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
