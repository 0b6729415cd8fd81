"""Every endpoint that reads, and the admin's lists, read no more of the engine and send no more than budgeted."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from bench.comparing.cases import ADMIN
from bench.sizes.endpoints import Endpoint, Request, endpoints
from packprod.readmodels.held import HELD
from tests.budgets.conftest import TODAY
from tests.budgets.table import Row, budgets, keep_to_budgets

READS = "Reads"
FIRST = ", first of a process"
"""A report in a process that holds nothing yet: held figures would hide what it reads."""
REQUESTS = 5  # of one case: other customers, products, orders
SCHEMA = Path(__file__).parents[2] / "docs" / "openapi.yaml"
PROBES = ("/healthz", "/readyz")
WITHOUT_BUDGET = {"/metrics"}  # its answer grows with what the process has counted; it reads nothing of the engine
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def cases(http: httpx.Client) -> dict[str, Endpoint]:
    """Everything that is asked, by name."""
    found = endpoints(http, today=TODAY)
    firsts = [Endpoint(f"{one.name}{FIRST}", one.requests) for one in found if "/reports/" in one.requests[0][0]]
    pages = [Endpoint(name, [(path, {})]) for name, (path, *_) in ADMIN.items()]
    probes = [Endpoint(f"probe {path}", [(path, {})]) for path in PROBES]
    return {one.name: one for one in [*found, *firsts, *pages, *probes]}


@pytest.fixture
def cost(http: httpx.Client, log_lines: Lines) -> Callable[[Endpoint], Row]:
    """The most that any request of a case costs, once the process is warm."""

    def of_one(request: Request, *, first: bool) -> Row:
        if first:
            HELD.clear()
        answer = http.get(request[0], params=request[1])
        assert answer.status_code == 200, answer.text[:300]
        line = [one for one in log_lines() if one["event"] == "Request answered"][-1]
        read = {what: line[f"engine_{what}"] for what in ("calls", "items", "bytes")}
        return {**read, "answer": len(answer.content)}

    def of_case(case: Endpoint) -> Row:
        requests = case.requests[:REQUESTS]
        for path, params in requests:
            http.get(path, params=params)
        seen = [of_one(one, first=case.name.endswith(FIRST)) for one in requests]
        return {what: max(one[what] for one in seen) for what in seen[0]}

    return of_case


@pytest.mark.parametrize("name", budgets(READS))
def test_a_read_keeps_to_its_budget(name: str, cases: dict[str, Endpoint], cost: Callable[[Endpoint], Row]) -> None:
    assert name in cases, f"nothing is asked under this name any more: delete the row of {name!r}"
    keep_to_budgets(READS, {name: cost(cases[name])})


def test_every_case_has_a_budget(cases: dict[str, Endpoint], cost: Callable[[Endpoint], Row]) -> None:
    keep_to_budgets(READS, {name: cost(case) for name, case in cases.items() if name not in budgets(READS)})


def test_every_endpoint_that_reads_has_a_case(cases: dict[str, Endpoint]) -> None:
    """A new endpoint goes into `endpoints` of bench/sizes/endpoints.py, so that `make bench` measures it, too."""
    asked = {path for case in cases.values() for path, _ in case.requests}
    described = yaml.safe_load(SCHEMA.read_text())["paths"]
    reads = {path for path, operations in described.items() if "get" in operations}
    assert len(reads) > len(WITHOUT_BUDGET)
    assert not [path for path in reads - WITHOUT_BUDGET if not any(map(re.compile(_pattern(path)).fullmatch, asked))]


def _pattern(path: str) -> str:
    return re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))
