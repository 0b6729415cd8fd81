"""The tables whose streams the consumer follows beside that of the orders.

Apps register what is to be done with the changes of such a table. A stream that is missing, or cannot be read, never
holds up the orders.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from packprod.dynamodb.streams import Record
from packprod.dynamodb.tables import Table


@dataclass(frozen=True, slots=True)
class FollowedTable:
    """A table whose stream is followed.

    `changed` is given records in order; it does its work, and returns the buckets whose summaries are now dirty. It
    must be safe to repeat. It is called at most every `pause` seconds, and again after a pause if it raises
    EngineUnavailable; what else it raises is logged, and its records are not tried again.
    """

    table: type[Table]
    changed: Callable[[Sequence[Record], datetime], set[str]]
    pause: float = 1.0


_followed: dict[str, FollowedTable] = {}


def register_followed(followed: FollowedTable) -> None:
    """Registers a table to follow; call it in an AppConfig's `ready`."""
    _followed[followed.table.__name__] = followed


def followed_tables() -> tuple[FollowedTable, ...]:
    """Every followed table."""
    return tuple(_followed.values())
