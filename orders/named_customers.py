"""The contacts whose name, e-mail or company, as on any of their orders, has the words of a search. Who has is indexed
above: the customers app registers the look-up here when Django starts, as orders knows nothing of customers.
"""

from collections.abc import Callable, Sequence

Lookup = Callable[[Sequence[str]], frozenset[str] | None]
"""The contactIDs with a word that starts like each of these; None where they are too many to look up."""

_lookups: list[Lookup] = []


def register_named_customers(lookup: Lookup) -> None:
    """Names how contacts are looked up by words; again: replaces it."""
    _lookups[:] = [lookup]


def named_customers(words: Sequence[str]) -> frozenset[str] | None:
    """All contacts whose orders may have the words, counted or not; None where the orders must be walked instead.

    Raises EngineUnavailable.
    """
    return _lookups[0](words)
