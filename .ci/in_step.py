"""Checks that what stands in two places says the same: pins and locks, the version and the changelog.

It reads files only, so it is quick and needs no network.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
LOCKED = re.compile(r"^(\S+==\S+)[^\n]*\\\n((?:    --hash=\S+[^\n]*\n)+)((?:    #[^\n]*\n)*)", re.MULTILINE)
RELEASE = re.compile(r"^## \[(\d[^\]]*)\]", re.MULTILINE)


def main() -> int:
    complaints = [*_locks(), *_changelog()]
    sys.stderr.writelines(f"{complaint}\n" for complaint in complaints)
    return 1 if complaints else 0


def _locks() -> Iterator[str]:
    yield from _lock("requirements")
    yield from _lock("requirements-dev")
    missing = _pins("requirements.lock").items() - _pins("requirements-dev.lock").items()
    if missing:
        yield f"requirements-dev.lock has other versions than requirements.lock: {_list(missing)}. Run `make lock`."


def _lock(name: str) -> Iterator[str]:
    """What was pinned by hand and what the lock holds because of it must be the same, so a removed pin shows, too."""
    pinned, locked = _pins(f"{name}.txt").items(), _pins_locked_for(name).items()
    if pinned != locked:
        yield f"{name}.lock is not in step with {name}.txt: {_list(pinned ^ locked)}. Run `make lock`."
    unhashed = _pins(f"{name}.lock").items() - _pins_in(_hashed(f"{name}.lock")).items()
    if unhashed:
        yield f"{name}.lock has no hash of {_list(unhashed)}. Run `make lock`."


def _pins_locked_for(name: str) -> dict[str, str]:
    cause = re.compile(rf"-r {name}\.txt$", re.MULTILINE)
    return _pins_in("\n".join(pin for pin, _, why in LOCKED.findall(_read(f"{name}.lock")) if cause.search(why)))


def _hashed(file: str) -> str:
    return "\n".join(pin for pin, _, _ in LOCKED.findall(_read(file)))


def _pins(file: str) -> dict[str, str]:
    return _pins_in(_read(file))


def _pins_in(text: str) -> dict[str, str]:
    """Versions by name; names are compared as the package index compares them."""
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(text)}


def _changelog() -> Iterator[str]:
    version = tomllib.loads(_read("pyproject.toml"))["project"]["version"]
    newest = RELEASE.search(_read("CHANGELOG.md"))
    if newest is None or newest[1] != version:
        yield f"The newest release in CHANGELOG.md must be {version}, the version in pyproject.toml."


def _list(pins: set[tuple[str, str]]) -> str:
    return ", ".join(sorted({name for name, _ in pins}))


def _read(file: str) -> str:
    return (ROOT / file).read_text()


if __name__ == "__main__":
    sys.exit(main())
