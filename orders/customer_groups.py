"""Groups of customers that a list of orders can be narrowed to. Who is in one is known above: the customers app
registers it here when Django starts, as orders knows nothing of customers.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

Lookup = Callable[[str, datetime], frozenset[str]]
"""The contactIDs that are in a group at an instant."""

_names: list[str] = []
_lookups: list[Lookup] = []


def register_customer_groups(names: Sequence[str], lookup: Lookup) -> None:
    """Names every group, and how its members are looked up; again: replaces them."""
    _names[:], _lookups[:] = names, [lookup]


def customer_groups() -> list[str]:
    """The names that were registered."""
    return list(_names)


def group_members(name: str, *, now: datetime) -> frozenset[str]:
    """The contactIDs in a group now; nobody in a group without a name. Raises EngineUnavailable."""
    return _lookups[0](name, now) if name else frozenset()
