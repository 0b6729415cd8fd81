"""Every read endpoint at several numbers of stored orders: the time of a request must not depend on that number.

Each size has an engine of its own, in memory, filled without the product; then the read models are built from nothing.
At the largest size every order is exported, too. `--against` compares this checkout with another one instead.
"""

import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.report import Report
from bench.scenarios import exporting
from bench.sizes.measuring import Size, measure
from bench.sizes.side_by_side import compare

ROOM = 1.3
PAGE_CALLS = 6


def run(report: Report, *, checkout: Path, sizes: Sequence[int], against: Path | None = None) -> None:
    """Measures from the smallest to the largest size; the checks compare those two."""
    if against is not None:
        run_against(report, checkout=checkout, against=against, sizes=sizes)
        return
    today = datetime.now(UTC).date()
    measured = []
    for orders in sorted(sizes):
        print(f"… sizes: {orders:,} orders", file=sys.stderr, flush=True)
        export = partial(exporting.run, report=report, orders=orders) if orders == max(sizes) else None
        measured.append(measure(orders, today=today, checkout=checkout, finally_do=export))
    for size in measured:
        _report_filling(size, report)
    for name in measured[-1].times:
        _report_endpoint(name, measured, report)


def run_against(report: Report, *, checkout: Path, against: Path, sizes: Sequence[int]) -> None:
    """Measures both checkouts side by side: the p50 of the other, that of this one, and their ratio."""
    for orders in sorted(sizes):
        print(f"… sizes: {orders:,} orders, against {against}", file=sys.stderr, flush=True)
        found = compare(orders, today=datetime.now(UTC).date(), before=against, after=checkout)
        for name, one in found.items():
            report.figure(f"{name}: p50", f"{one.before.p50:.1f} · {one.after.p50:.1f} ms, × {one.ratio:.2f}")
        ratios = [one.ratio for one in found.values()]
        seen = f"median × {statistics.median(ratios):.2f}, highest × {max(ratios):.2f}"
        report.figure(f"{orders:,} orders: all {len(ratios)} endpoints", seen)


def _report_filling(size: Size, report: Report) -> None:
    what = f"{size.orders:,} orders"
    about = f"{size.customers:,} customers, {size.products:,} products"
    report.figure(f"{what}: loaded", f"{size.load_seconds:.0f} s ({about})")
    for command, seen in size.commands.items():
        report.figure(f"{what}: {command}", seen)
    report.check(f"{what}: verified after the rebuild", size.differences == "0 differences", size.differences)
    ways = (f"{name} {seconds:.2f} s" for name, seconds in size.original.items())
    report.figure(f"{what}: the original way", " · ".join(ways))


def _report_endpoint(name: str, measured: Sequence[Size], report: Report) -> None:
    answers = [size.times[name] for size in measured]
    first, last = answers[0], answers[-1]
    times = " · ".join(f"{one.p50:.1f}/{one.p99:.1f}" for one in answers)
    report.figure(f"{name}: p50/p99", f"{times} ms, × {last.p50 / first.p50:.2f}")
    costs = " · ".join(f"{one.calls:.0f}, {one.items:.0f}, {one.bytes / 1024:.0f}" for one in answers)
    most_items, most_calls = measured[-1].endpoints[name].most_items, max(first.calls * ROOM, PAGE_CALLS)
    within = last.items <= max(first.items * ROOM, most_items) and last.calls <= most_calls
    report.check(f"{name}: calls and items read stay bounded (and KB)", within, costs)
    original = measured[-1].original.get(measured[-1].endpoints[name].original)
    if original:
        report.figure(
            f"{name}: original way at {measured[-1].orders:,}", f"{original * 1000 / last.p50:.0f} times slower"
        )
