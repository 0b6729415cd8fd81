"""A raw request with the right answers to it, and helpers to make its body."""

import json
from dataclasses import dataclass, field
from typing import Any

from bench.payloads import IMPORT, order

CREATED_OR_REFUSED = (200, 201, 400)


@dataclass(frozen=True, slots=True)
class Case:
    """A request. `named` is the field, or its end, that the error's details must name. The token has `scopes`; if that
    is None, the request has only its `headers`."""

    name: str
    content: bytes = b""
    statuses: tuple[int, ...] = (400,)
    named: str = ""
    method: str = "POST"
    path: str = IMPORT
    headers: dict[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] | None = ("orders:import", "api:read", "orders:write")
    chunked: bool = False  # sends no Content-Length


def encoded(body: Any) -> bytes:
    """A body as JSON in ASCII, so that unpaired surrogates are sent as escapes."""
    return json.dumps(body).encode()


def order_with(**changes: Any) -> bytes:
    """A good order with top-level keys changed; `total=None` leaves the total out."""
    body = {key: value for key, value in (order() | changes).items() if not (key == "total" and value is None)}
    return encoded(body)


def order_text(old: str, new: str) -> bytes:
    """A good order's JSON with `old` replaced by `new`."""
    text = json.dumps(order())
    assert old in text, f"{old} is not in the sample order"
    return text.replace(old, new).encode()


def short(value: Any) -> str:
    """A value for the name of a case."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:30]}… ({len(text)} characters)"
