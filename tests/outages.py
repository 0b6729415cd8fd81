"""Fixtures that take the engine away."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings as django_settings

from packprod.dynamodb import client as engine_client


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens on, kept so that nobody else takes it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


@pytest.fixture
def lost_engine(closed_port: int) -> Callable[[pytest.MonkeyPatch], None]:
    """Sends every read to the closed port, until the patch is undone."""

    def lose(patch: pytest.MonkeyPatch) -> None:
        nowhere = replace(django_settings.ENDPOINTS, dynamodb_url=f"http://127.0.0.1:{closed_port}")
        with pytest.MonkeyPatch.context() as elsewhere:
            elsewhere.setattr(django_settings, "ENDPOINTS", nowhere)
            lost = engine_client._create("dynamodb")
        patch.setattr(engine_client, "dynamodb", lambda: lost)

    return lose


@pytest.fixture
def no_engine(lost_engine: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every read goes to the closed port."""
    lost_engine(monkeypatch)
