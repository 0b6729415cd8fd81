"""The one shape of every error answer (contract, section 5)."""

from collections.abc import Sequence
from typing import Any

from packprod.errors import FieldProblem
from packprod.observability.request_context import current_request


def error_body(*, code: str, message: str, problems: Sequence[FieldProblem] = (), detail: str = "") -> dict[str, Any]:
    """`{"error": {code, message, details}, "detail": sentence, "meta": {requestId}}`.

    `detail` is what n8n shows its user: one full sentence that names the first field and counts the others, where
    the caller has none of its own.
    """
    details = [{"field": p.field, "code": p.code, "message": p.message} for p in problems]
    return {
        "error": {"code": code, "message": message, "details": details},
        "detail": detail or _sentence(message, problems),
        "meta": {"requestId": current_request().id},
    }


def _sentence(message: str, problems: Sequence[FieldProblem]) -> str:
    if not problems:
        return _ended(message)
    first = problems[0]
    named = first.message.startswith(first.field)
    sentence = _ended(first.message if named else f"{first.field}: {first.message}")
    more = len(problems) - 1
    if more:
        sentence += f" There {'is 1 more problem' if more == 1 else f'are {more} more problems'}."
    return sentence


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."
