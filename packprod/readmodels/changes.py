"""What a commit changes in a bucket: the contributions that it takes out and those that it puts in.

A summary that grows is kept up by these, instead of by reading all its projection rows again, so that a change costs
the same however much is stored (docs/adr/0043). The commit that writes a projection row also writes, into the state of
the summary that it feeds, what has changed there. Whoever summarises next folds these changes into the summary and
takes them out of the state, in one transaction: each change counts exactly once, whoever else is at work.

A change is an attribute of the state row, named after the derivation that made it and its version. A mark without one,
of a program that knows no changes or of a commit whose changes are not known, makes the summary be computed from all
its rows again, as does a change that its fold cannot make.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

Contribution = list[Any]
"""What one row adds to a summary, as JSON: text, int, None and lists of these."""
LONGEST = 60_000  # bytes of one change; a longer one is cheaper to compute from the rows
MOST_FOLDED = 200  # changes in one commit: names and length of an update expression have limits
_PREFIX = "c:"


@dataclass(frozen=True, slots=True)
class Change:
    """Contributions that are taken out of a bucket, and those that are put in."""

    removed: list[Contribution] = field(default_factory=list)
    added: list[Contribution] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not self.removed and not self.added

    def encoded(self) -> str:
        """The change as JSON, which `decoded` reads."""
        return orjson.dumps([self.removed, self.added]).decode()


def decoded(text: str) -> Change:
    """The change that `encoded` wrote."""
    removed, added = orjson.loads(text)
    return Change(removed, added)


def together(changes: Iterable[Change]) -> Change:
    """All of these changes."""
    whole = Change()
    for one in changes:
        whole.removed.extend(one.removed)
        whole.added.extend(one.added)
    return whole


def net(change: Change) -> Change:
    """A change without what it both puts in and takes out."""
    counts = Counter(map(orjson.dumps, change.added))
    counts.subtract(map(orjson.dumps, change.removed))
    added = [orjson.loads(encoded) for encoded, count in counts.items() for _ in range(count)]
    removed = [orjson.loads(encoded) for encoded, count in counts.items() for _ in range(-count)]
    return Change(removed, added)


def number(value: Decimal | int) -> str:
    """A number as text, the same for equal ones: the engine stores 12.50 as 12.5."""
    return format(Decimal(value).normalize(), "f")


def change_name(derivation_id: str, version: int, part: int = 0) -> str:
    """The name of the attribute that holds what a derivation's commit of this version, or a part of it, changes."""
    digest = hashlib.blake2b(derivation_id.encode(), digest_size=9).hexdigest()
    return f"{_PREFIX}{digest}:{version}:{part}"


def stored_changes(item: Mapping[str, Any]) -> dict[str, str]:
    """The changes in a state row that wait to be folded, encoded, by attribute name."""
    return {name: value for name, value in item.items() if name.startswith(_PREFIX)}
