"""Orders as n8n would send them, with references and e-mails that no earlier run used."""

import itertools
import json
import uuid
from decimal import Decimal
from typing import Any

import httpx

IMPORT = "/admin/contacts/import"
_numbers = itertools.count(1)


def unique(prefix: str) -> str:
    """A lowercase word that no other call gets, in this run or another."""
    return f"{prefix}{uuid.uuid4().hex[:8]}n{next(_numbers)}"


def order(*, email: str = "", total: str = "12.50", reference: str = "", **more: Any) -> dict[str, Any]:
    """A valid order of one line worth `total`; `more` overrides or adds top-level keys."""
    email = email or f"{unique('person.')}@example.com"
    items = [{"productCode": "BOX-A4", "description": "Mailing box A4", "quantity": 1, "unitPrice": total}]
    customer = {"name": email.partition("@")[0].title(), "email": email, "company": "Bench Pty Ltd"}
    return {
        "orderReference": reference or unique("B-").upper(),
        "customer": customer,
        "items": items,
        "total": total,
    } | more


def decoded(response: httpx.Response) -> Any:
    """The JSON of an answer with money as Decimal, digit for digit."""
    return json.loads(response.content, parse_float=Decimal)


def has_error_key(answer: Any) -> bool:
    """Whether a key named error is anywhere but in what the sender's own unknown keys hold (`extra`)."""
    if isinstance(answer, list):
        return any(has_error_key(one) for one in answer)
    if isinstance(answer, dict):
        return "error" in answer or any(has_error_key(value) for key, value in answer.items() if key != "extra")
    return False


def post(client: httpx.Client, body: Any, **options: Any) -> httpx.Response:
    """One import request."""
    return client.post(IMPORT, json=body, **options)


def imported(client: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    """Post one order that must be accepted; returns its `data`."""
    response = post(client, body)
    response.raise_for_status()
    data: dict[str, Any] = decoded(response)["data"]
    return data
