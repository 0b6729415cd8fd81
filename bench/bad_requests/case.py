"""One raw request and what a right answer to it is."""

import json
from dataclasses import dataclass, field
from typing import Any

from bench.payloads import IMPORT, order

CREATED_OR_REFUSED = (200, 201, 400)


@dataclass(frozen=True, slots=True)
class Case:
    """`named`: (the end of) a field that details must name; `scopes` None: `headers` authorise."""

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
    """As JSON in ASCII, so that lone surrogates travel as escapes."""
    return json.dumps(body).encode()


def order_with(**changes: Any) -> bytes:
    """A good order with top-level keys changed; `total=None` leaves it to the product to add up."""
    body = {key: value for key, value in (order() | changes).items() if not (key == "total" and value is None)}
    return encoded(body)


def order_text(old: str, new: str) -> bytes:
    """A good order's JSON with one piece of its text replaced."""
    text = json.dumps(order())
    assert old in text, f"{old} is not in the sample order"
    return text.replace(old, new).encode()


def short(value: Any) -> str:
    """A value for the name of a case."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:30]}… ({len(text)} characters)"
