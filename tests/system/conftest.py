"""One start of the whole product for all system tests; a scenario proves itself by no failed check."""

import logging
from collections.abc import Callable, Iterator

import pytest

from bench.product import Product, running_product
from bench.report import Report

Prove = Callable[..., None]
logging.getLogger("httpx").setLevel(logging.WARNING)  # thousands of requests would bury what failed


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """`make run` with a data folder of its own; leaving it proves that no process is left."""
    with running_product() as running:
        yield running


@pytest.fixture
def prove(product: Product) -> Prove:
    """Runs one scenario; any promise not kept fails the test with its sentence."""

    def run(scenario: Callable[..., None], **options: int | float) -> None:
        report = Report()
        scenario(product, report, **options)
        assert report.lines, "the scenario checked nothing"
        assert not report.failures, "\n".join(report.failures)

    return run
