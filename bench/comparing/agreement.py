"""Whether PackProd and the peer say the same, so that it is the same work that is compared."""

import json
from decimal import Decimal
from typing import Any

KEYS = ("contactID", "orderID", "productCode")
SAME = "the same figures"
NOT_FIGURES = ("lastUpdated", "updatedAt", "source", "percent")


def agreement(ours: bytes, peers: bytes) -> str:
    """What both answers have in common: for a list how many of its rows, otherwise which figures differ."""
    mine, theirs = (json.loads(body, parse_float=Decimal)["data"] for body in (ours, peers))
    if isinstance(mine, list):
        left, right = ({_key(row) for row in rows} for rows in (mine, theirs))
        return f"{len(left & right)} of {len(left)} rows"
    differing = sorted(differences(mine, theirs))
    return SAME if not differing else f"other figures: {', '.join(differing)}"


def is_the_same(said: str) -> bool:
    """Whether what `agreement` said is that nothing differs."""
    words = said.split()
    return said == SAME or (words[-1] == "rows" and words[0] == words[2])


def differences(ours: dict[str, Any], peers: dict[str, Any], path: str = "") -> set[str]:
    """The names of the numbers that both have and that are not equal; groups of figures are looked into."""
    found: set[str] = set()
    for name in ours.keys() & peers.keys() - set(NOT_FIGURES):
        mine, theirs, where = ours[name], peers[name], f"{path}{name}"
        if isinstance(mine, dict) and isinstance(theirs, dict):
            found |= differences(mine, theirs, f"{where}.")
        elif isinstance(mine, int | Decimal) and not _equal(mine, theirs):
            found.add(where)
    return found


def _equal(number: int | Decimal, other: Any) -> bool:
    return other is not None and Decimal(str(other)) == Decimal(number)


def _key(row: dict[str, Any]) -> str:
    return next(str(row[name]) for name in KEYS if name in row)
