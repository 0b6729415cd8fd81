"""What an answer of the import says, boiled down for the inbox: state, reason, and a result for each order."""

import json
from collections.abc import Mapping
from typing import Any

from customers.importing.fields import printable
from customers.importing.validation import split_body
from customers.inbox.models import ReceivedImport
from packprod.api.json import parse_json
from packprod.errors import InvalidInput

MOST_REFERENCES = 20
_THROTTLED = 429
State = ReceivedImport.State


def outcome_fields(*, status: int, data: Mapping[str, Any], body: bytes) -> dict[str, Any]:
    """The fields of a ReceivedImport that tell what became of a body; `data` is the whole answer."""
    results = _accepted(status, data["data"]) if status < 400 else _refused(status, data, body)
    refused = [one for one in results if one["errors"]]
    references = [printable(str(one["orderReference"])) for one in results if one["orderReference"]]
    return {
        "state": _state(status, refused),
        "status_code": status,
        "reason": _plain(_reason(status, data, results, refused)),
        "references": " ".join(references[:MOST_REFERENCES]),
        "orders": len(results),
        "refused": len(refused),
        "results_json": json.dumps(results, default=str),  # ASCII, so that any database can keep it
    }


def _accepted(status: int, data: Any) -> list[dict[str, Any]]:
    return list(data) if isinstance(data, list) else [{**data, "status": status, "errors": []}]


def _refused(status: int, data: Mapping[str, Any], body: bytes) -> list[dict[str, Any]]:
    """One result for each order in the body, all with the same errors: the body was refused as a whole."""
    error = data["error"]
    errors = error["details"] or [{"field": "body", "code": error["code"], "message": error["message"]}]
    return [
        {"orderReference": reference, "orderID": None, "status": status, "errors": errors}
        for reference in _sent_references(body)
    ]


def _sent_references(body: bytes) -> list[str | None]:
    try:
        payloads, _ = split_body(parse_json(body))
    except InvalidInput:
        return [None]
    sent = [payload.get("orderReference") if isinstance(payload, dict) else None for payload in payloads]
    return [str(reference) if isinstance(reference, str | int) else None for reference in sent]


def _state(status: int, refused: list[dict[str, Any]]) -> str:
    if status >= 500 or status == _THROTTLED:
        return State.WAITING
    return State.REFUSED if refused else State.ACCEPTED


def _reason(status: int, data: Mapping[str, Any], results: list[Any], refused: list[dict[str, Any]]) -> str:
    if status >= 400:
        return str(data["detail"])
    if not refused:
        return ""
    return f"{len(refused)} of {len(results)} refused. The first: {refused[0]['errors'][0]['message']}"


def _plain(text: str) -> str:
    """Text that any database can keep: no halves of surrogate pairs, no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
