"""Fixture that catches the product's own log lines."""

import io
import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def log_output() -> Iterator[io.StringIO]:
    """What the product's own handler writes; it holds on to the stdout of the process's start."""
    (handler,) = [one for one in logging.getLogger().handlers if one.get_name() == "stdout"]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    original = handler.setStream(written)
    yield written
    handler.setStream(original)
