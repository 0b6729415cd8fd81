"""What a PATCH of an order asks for: the new status, and what the editor saw."""

from collections.abc import Iterator

from rest_framework.request import Request

from orders.rows import stored_text
from orders.selectors import order_item
from packprod.api.json import json_body
from packprod.dates import parse_instant
from packprod.errors import FieldProblem, InvalidInput

_SHOWN_NAME_LENGTH = 40


def status_change_asked(request: Request, order_id: str) -> tuple[str, str | None]:
    """The status, and the `updatedAt` that the editor saw, in the body or as If-Match, if either was sent.

    Raises InvalidInput naming the field, NotFound.
    """
    body = json_body(request)
    fields = body if isinstance(body, dict) else {}
    if problems := list(_change_problems(fields)):
        message = 'The body must be {"status": "…"}, with or without "updatedAt", nothing else.'
        raise InvalidInput(message, problems=problems)
    if "updatedAt" not in fields:
        return fields["status"], _if_match(request)
    _refuse_malformed(fields["updatedAt"], order_id)
    return fields["status"], fields["updatedAt"]


def _change_problems(fields: dict[str, object]) -> Iterator[FieldProblem]:
    if "status" not in fields:
        yield FieldProblem("status", "required", "status is required")
    for name, value in fields.items():
        shown = name[:_SHOWN_NAME_LENGTH]
        if name not in ("status", "updatedAt"):
            yield FieldProblem(shown, "unknown_field", f"{shown} cannot be changed, only status")
        elif not isinstance(value, str):
            yield FieldProblem(name, "invalid_type", f"{name} must be text")


def _refuse_malformed(seen: str, order_id: str) -> None:
    """What is no instant can only be what another writer put there; empty: the editor saw none."""
    if seen and not _is_instant(seen) and seen != stored_text(order_item(order_id).get("updatedAt")):
        message = "updatedAt must be the order's own, such as 2025-10-20T10:30:00Z."
        raise InvalidInput(message, problems=[FieldProblem("updatedAt", "invalid", message)])


def _is_instant(text: str) -> bool:
    try:
        parse_instant(text)
    except ValueError:
        return False
    return True


def _if_match(request: Request) -> str | None:
    """The `updatedAt` in If-Match, quoted as an entity tag is; None where there is none, or any will do."""
    tag = request.headers.get("If-Match", "*").strip()
    return None if tag == "*" else tag.strip('"')
