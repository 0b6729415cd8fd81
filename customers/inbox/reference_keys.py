"""By what an import is found: its orders' references in the form in which they are compared, whole, whatever their
length and spelling."""

from collections.abc import Iterable

from packprod.text import caseless

_END = "\n"  # never within a key: any white space in one is a space


def reference_key(reference: str) -> str:
    """The key of a reference: `\u200bord-1 ` and `ORD-1` have the same."""
    return caseless(storable(reference))


def reference_keys(references: Iterable[str]) -> str:
    """The keys of all references, each once and between two line ends; empty where there are none."""
    keys = [key for key in dict.fromkeys(map(reference_key, references)) if key]
    return f"{_END}{_END.join(keys)}{_END}" if keys else ""


def whole_key(reference: str) -> str:
    """What `reference_keys` contain exactly if this reference is among them."""
    return f"{_END}{reference_key(reference)}{_END}"


def storable(text: str) -> str:
    """Text that any database can keep: no halves of surrogate pairs, no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
