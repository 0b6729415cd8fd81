"""The budgets in budgets.md: reading them, and holding what was counted against them."""

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

FILE = Path(__file__).with_name("budgets.md")
ROOM = 1.1  # rounded down, so that what is under ten has none
CPU_ROOM = 2.0  # a busy machine, whose caches others use, takes up to 1.6 times as much
ADVICE = """
First look why (docs/benchmarks.md, "Budgets"). If it is meant, say why in the commit, and put this under "{section}" in
tests/budgets/budgets.md:
{rows}"""

Row = dict[str, float]


@cache
def budgets(section: str) -> dict[str, Row]:
    """The rows of one section's table, by their first column."""
    part = FILE.read_text().partition(f"## {section}\n")[2].partition("\n## ")[0]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.splitlines() if line[:1] == "|"]
    columns = lines[0][1:]
    return {name: dict(zip(columns, map(float, numbers), strict=True)) for name, *numbers in lines[2:]}


def keep_to_budgets(section: str, seen: Mapping[str, Row]) -> None:
    """Fails the test if a request costs more than it may, or has no budget; the message says what has grown, and which
    rows would allow it."""
    complaints = {name: said for name, row in seen.items() if (said := _complaint(section, name, row))}
    if complaints:
        rows = "\n".join(_row(name, seen[name]) for name in complaints)
        pytest.fail("\n".join([*complaints.values(), ADVICE.format(section=section, rows=rows)]), pytrace=False)


def _complaint(section: str, name: str, seen: Row) -> str:
    budget = budgets(section).get(name)
    if budget is None:
        return f"{name} has no budget yet."
    grown = [f"{what} {seen[what]:.6g} (budget {most:.6g})" for what, most in budget.items() if seen[what] > most]
    return f"{name} costs more than it may: {', '.join(grown)}." if grown else ""


def _row(name: str, seen: Row) -> str:
    return "| " + " | ".join([name, *(f"{_with_room(what, number):.8g}" for what, number in seen.items())]) + " |"


def _with_room(what: str, number: float) -> float:
    return round(number * CPU_ROOM, 1) if what == "yardsticks" else math.floor(round(number * ROOM, 6))
