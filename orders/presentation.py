"""What other writers store, as it is shown: money with its exact cents, binary and sets as JSON can say them."""

from base64 import b64encode
from typing import Any


def shown(value: Any) -> Any:
    """What another writer may keep in a row, as JSON can say it: binary becomes base64, a set a sorted list."""
    match value:
        case bytes():
            return b64encode(value).decode()
        case dict():
            return {name: shown(inner) for name, inner in value.items()}
        case list():
            return [shown(inner) for inner in value]
        case set():
            return sorted(map(shown, value))
    return value
