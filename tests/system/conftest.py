"""One start of the whole product for all system tests, and a report that must end without a failed check."""

from collections.abc import Iterator

import pytest

from bench.product import Product, running_product
from bench.report import Report


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """`make run` with a data folder of its own; leaving it proves that no process is left."""
    with running_product() as running:
        yield running


@pytest.fixture
def report() -> Iterator[Report]:
    """What a scenario finds; any promise not kept fails the test with its sentence."""
    found = Report()
    yield found
    assert not found.failures, "\n".join(found.failures)
    assert found.lines, "the scenario checked nothing"
