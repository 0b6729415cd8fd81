"""Fixtures of the tests of files."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from packprod.dynamodb import client as engine_client
from packprod.exports import response


@pytest.fixture(autouse=True)
def _all_slots_free(unthrottled: None) -> Iterator[None]:
    """Every export, however it ended, has given its slot back."""
    yield
    assert response._slots._value == response.EXPORTS_AT_ONCE


@pytest.fixture
def engine_lost_after(closed_port: int, monkeypatch: pytest.MonkeyPatch, request: Any) -> Callable[[int], None]:
    """`engine_lost_after(3)`: three more calls are answered, the others go to a closed port."""

    def lose(calls: int) -> None:
        living, left = engine_client.dynamodb(), [calls]
        request.getfixturevalue("no_engine")
        lost = engine_client.dynamodb()

        def present() -> Any:
            left[0] -= 1
            return living if left[0] >= 0 else lost

        monkeypatch.setattr(engine_client, "dynamodb", present)

    return lose
