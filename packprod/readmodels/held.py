"""What a process holds of rows in memory: each row is read and decoded once, until a commit gives it another version.

A version is read strongly consistent, and before the row: then the row is of that version or newer. So whoever holds a
row under the version that was just read knows no less than whoever reads the row now.
"""

import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping
from threading import Lock
from typing import Any, Final

from django.conf import settings

from packprod.dynamodb.reads import batch_get_tables
from packprod.readmodels.tables import Derivation, Manifest

MOST_BYTES: Final = 64 * 2**20
LONGEST_SECONDS: Final = 600.0
"""After this time a row is read again in any case. It bounds how long a figure could be old after something that no
version shows: tables that were dropped and filled again while this process held rows of them, or commits of a release
that wrote no versions."""
NEVER_DERIVED: Final = ""
"""The version of what has no version yet."""

Version = str


class Held:
    """Values by key, each of one version; those used longest ago go when all take more than `most_bytes`.

    Threads may share it.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._values: OrderedDict[Hashable, tuple[Version, float, int, Any]] = OrderedDict()
        self._lock = Lock()

    @property
    def bytes(self) -> int:
        """How many bytes the values take, as their sizes were given."""
        return self._bytes

    def get(self, key: Hashable, version: Version) -> Any:
        """The value of this version; None if it is not held."""
        with self._lock:
            found = self._values.get(key)
            if found is None or found[0] != version or time.monotonic() - found[1] > LONGEST_SECONDS:
                return None
            self._values.move_to_end(key)
            return found[3]

    def put(self, key: Hashable, version: Version, value: Any, *, size: int) -> None:
        """Holds a value of about `size` bytes from now on, instead of one of another version."""
        with self._lock:
            self._drop(key)
            self._values[key] = version, time.monotonic(), size, value
            self._bytes += size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._values)))

    def clear(self) -> None:
        """Holds nothing any more."""
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        if key in self._values:
            self._bytes -= self._values.pop(key)[2]


HELD = Held()
"""What this process holds."""


def read_versions(
    *, manifests: Iterable[str] = (), derivations: Iterable[str] = ()
) -> tuple[dict[str, dict[str, Version]], dict[str, Version]]:
    """The versions in the manifests of these names, by name and attribute, and those of these derivations by id.

    Both come from the same calls, strongly consistent. What was never derived has none.
    """
    ids = {f"{settings.PACKPROD_CLIENT_ID}#{name}": name for name in manifests}
    found = batch_get_tables(
        {Manifest: [(one,) for one in ids], Derivation: [(one,) for one in derivations]},
        attributes={Derivation: ("derivationID", "version", "derivedAt")},
    )
    of_manifests = {ids[item["manifestID"]]: _attributes(item) for item in found[Manifest]}
    # A state that is dropped counts from 1 again, so the instant belongs to it.
    of_states = {one["derivationID"]: f"{one.get('version')} {one.get('derivedAt')}" for one in found[Derivation]}
    return of_manifests, of_states


def _attributes(item: Mapping[str, Any]) -> dict[str, Version]:
    return {name: str(value) for name, value in item.items() if name != "manifestID"}
