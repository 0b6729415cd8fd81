"""By what an import is found: its orders' references, whole, whatever their length and spelling; in the form in which
they are compared, and in the forms in which they are searched."""

from collections.abc import Iterable

from packprod.readmodels.lists.search_query import reference_keys as search_forms
from packprod.text import caseless

_END = "\n"  # never within a key: any white space in one is a space
_SEARCHED = "\x01"  # before a form in which a reference is searched


def reference_key(reference: str) -> str:
    """The key of a reference: `\u200bord-1 ` and `ORD-1` have the same."""
    return caseless(storable(reference))


def reference_keys(references: Iterable[str]) -> str:
    """The keys of all references, each once and between two line ends; empty where there are none."""
    texts = [text for text in map(storable, references) if caseless(text)]
    keys = dict.fromkeys(map(caseless, texts))
    keys |= dict.fromkeys(f"{_SEARCHED}{form}" for text in texts for form in search_forms(text))
    return f"{_END}{_END.join(keys)}{_END}" if keys else ""


def start_key(form: str) -> str:
    """What `reference_keys` contain if a reference starts with this, in a form in which it is searched."""
    return f"{_SEARCHED}{form}"


def whole_key(reference: str) -> str:
    """What `reference_keys` contain exactly if this reference is among them."""
    return f"{_END}{reference_key(reference)}{_END}"


def storable(text: str) -> str:
    """Text that any database can keep: no halves of surrogate pairs, no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
