"""The report of a run: figures and checks of all scenarios, printed as one table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table; `ok` is None for a figure that is only reported."""

    scenario: str
    what: str
    value: str
    ok: bool | None = None


@dataclass
class Report:
    """Collects the lines of all scenarios. A scenario does not raise when the product is wrong; it adds a check."""

    scenario: str = ""
    lines: list[Line] = field(default_factory=list)

    def figure(self, what: str, value: object) -> None:
        """Adds a measurement."""
        self.lines.append(Line(self.scenario, _cell(what), _cell(value)))

    def check(self, what: str, ok: bool, value: object = "") -> bool:
        """Adds a check of something that the contract promises; `value` is what was seen. Returns `ok`."""
        self.lines.append(Line(self.scenario, _cell(what), _cell(value), ok))
        return ok

    def times(self, what: str, seconds: Sequence[float]) -> None:
        """Adds p50, p90, p99 and the maximum of durations, in milliseconds."""
        figures = [f"{name} {percentile(seconds, rank) * 1000:.0f}" for name, rank in PERCENTILES]
        self.figure(f"{what} (n={len(seconds)})", " · ".join(figures) + " ms" if seconds else "none")

    @property
    def failures(self) -> list[str]:
        """The checks that do not hold, one sentence each."""
        return [f"{line.scenario}: {line.what}: {line.value}" for line in self.lines if line.ok is False]

    def table(self) -> str:
        """All lines as one Markdown table."""
        verdict = {True: "ok", False: "FAILED", None: ""}
        rows = [(line.scenario, line.what, line.value, verdict[line.ok]) for line in self.lines]
        head = ("scenario", "what", "seen", "check")
        widths = [min(60, max(len(row[column]) for row in [head, *rows])) for column in range(4)]
        ruled = [head, tuple("-" * width for width in widths), *rows]
        return "\n".join(
            "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in ruled
        )


CELL = 240


def _cell(value: object) -> str:
    """The value as a cell of the table: on one line, without `|`, cut after CELL characters."""
    text = " ".join(str(value).replace("|", "¦").split())
    return text if len(text) <= CELL else text[: CELL - 1] + "…"


PERCENTILES = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0))


def percentile(values: Sequence[float], rank: float) -> float:
    """Nearest-rank percentile; 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[ceil(rank * len(ordered)) - 1] if ordered else 0.0
