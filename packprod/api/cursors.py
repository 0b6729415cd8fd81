"""Page cursors: where a page ended, opaque and signed, good for the list it came from and no other."""

from typing import Any

from django.core import signing

from packprod.errors import FieldProblem, InvalidCursor

_SALT = "packprod.api.cursor:"


def sign_cursor(position: Any, *, scope: str) -> str:
    """A cursor for `position` (any JSON value). `scope` is path, filters and sort: what must not change."""
    return signing.dumps(position, salt=_SALT + scope, compress=True)


def read_cursor(cursor: str, *, scope: str) -> Any:
    """The position that was signed for this scope. Raises InvalidCursor if it was not."""
    try:
        return signing.loads(cursor, salt=_SALT + scope)
    except (signing.BadSignature, ValueError) as exc:
        message = "This cursor was not made for this list; start again without it."
        raise InvalidCursor(message, problems=[FieldProblem("cursor", "invalid_cursor", message)]) from exc
