"""Puts another answer in place of the engine's, where a call leaves the process."""

from collections.abc import Callable
from typing import Any

import pytest

from packprod.dynamodb.client import EngineClient
from packprod.dynamodb.errors import ErrorResponse


def answer_instead(
    patch: pytest.MonkeyPatch, client: EngineClient, operation: str, answer: Callable[..., Any]
) -> Callable[..., Any]:
    """Lets `answer(**parameters)` answer an operation until the patch is undone; returns a function that sends the
    operation to the engine all the same."""
    send = client.send

    def instead(name: str, parameters: dict[str, Any]) -> Any:
        return answer(**parameters) if name == operation else send(name, parameters)

    patch.setattr(client, "send", instead)
    return lambda **parameters: send(operation, parameters)


def refusal(code: str, words: str = "", *, operation: str = "", **details: Any) -> ErrorResponse:
    """The engine's answer that it refuses."""
    return ErrorResponse(code, words, operation=operation, **details)
