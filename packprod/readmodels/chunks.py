"""A few at a time."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
IDS_PER_CALL = 96
"""How many orders or summaries one call handles where all of them are gone through."""


def chunks(members: Sequence[T], *, size: int = IDS_PER_CALL) -> Iterator[Sequence[T]]:
    """The members in order, `size` at a time."""
    return (members[start : start + size] for start in range(0, len(members), size))
