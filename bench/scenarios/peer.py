"""PackProd beside a plain Django ORM + DRF application over PostgreSQL, and beside the floor, request by request."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.comparing.chart import chart
from bench.comparing.results import summary, table
from bench.comparing.run import Compared, compare_with_peer
from bench.environment import CHECKOUT
from bench.report import Report

RESULTS = CHECKOUT / "bench" / "results"


def run(
    report: Report, *, checkout: Path, sizes: Sequence[int], clients: Sequence[int], requests: int, only: str = ""
) -> None:
    """Measures each size and prints its table; the results go to bench/results/."""
    now = datetime.now(UTC)
    found: dict[str, Any] = {
        "at": now.isoformat(timespec="seconds"),
        "machine": _machine(),
        "commit": _commit(checkout),
    }
    found |= {"requests": requests, "clients": list(clients), "sizes": {}}
    sent: dict[str, Any] = {"clients": clients, "requests": requests, "only": only}
    try:
        for orders in sorted(sizes):
            print(f"… peer: {orders:,} orders", file=sys.stderr, flush=True)
            one = Compared.of_shop(orders, today=now.date())
            try:
                compare_with_peer(one, today=now.date(), checkout=checkout, **sent)
            finally:  # a run of hours that fails near its end has still measured much
                found["sizes"][str(orders)] = asdict(one)
            _report_size(report, one, clients=max(clients))
        _report_growth(report, found["sizes"])
    finally:
        _write(report, found, now=now)


def _report_size(report: Report, one: Compared, *, clients: int) -> None:
    print(f"\n{one.orders:,} orders\n\n{table(one.cases, clients=clients)}\n", flush=True)
    if one.without_peer:
        report.figure(f"{one.orders:,} orders: the peer was left out", one.without_peer)
    for what, seen in summary(one.cases, clients=clients):
        report.figure(f"{one.orders:,} orders: {what}", seen)


def _report_growth(report: Report, sizes: dict[str, Any]) -> None:
    first, last = (sizes[key]["cases"] for key in (min(sizes, key=int), max(sizes, key=int)))
    if first is last:
        return
    for name in last:
        if name in first:
            report.figure(f"{name}: largest over smallest size", growth(first[name], last[name]))


def growth(first: dict[str, Any], last: dict[str, Any]) -> str:
    """How the p50, the items and the kilobytes of a case grow between two sizes."""
    said = f"p50 × {last['ours']['p50'] / first['ours']['p50']:.2f}"
    if "engine" in last:
        for field in ("items", "bytes"):
            said += f", {field} × {last['engine'][field] / max(1, first['engine'][field]):.2f}"
    return said


def _write(report: Report, found: dict[str, Any], *, now: datetime) -> None:
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"peer-{now:%Y%m%d-%H%M%S}.json"
    file.write_text(json.dumps(found, indent=1))
    largest = max(found["sizes"].values(), key=lambda size: int(size["orders"]))
    file.with_suffix(".svg").write_text(chart(largest["cases"], orders=largest["orders"]))
    report.figure("results", file.relative_to(CHECKOUT))


def _machine() -> str:
    return f"{os.cpu_count()} CPUs, {platform.system()}, Python {platform.python_version()}"


def _commit(checkout: Path) -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=checkout, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
