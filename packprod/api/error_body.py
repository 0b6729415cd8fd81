"""The one shape of every error answer (contract, section 5)."""

from collections.abc import Sequence
from typing import Any

from packprod.errors import FieldProblem, full_sentence
from packprod.observability.request_context import current_request


def error_body(*, code: str, message: str, problems: Sequence[FieldProblem] = (), detail: str = "") -> dict[str, Any]:
    """`{"error": {code, message, details}, "detail": sentence, "meta": {requestId}}`.

    `detail` is what n8n shows its user: one full sentence that names the first field and counts the others, where
    the caller has none of its own.
    """
    details = [{"field": p.field, "code": p.code, "message": p.message} for p in problems]
    return {
        "error": {"code": code, "message": message, "details": details},
        "detail": detail or full_sentence(message, problems),
        "meta": {"requestId": current_request().id},
    }
