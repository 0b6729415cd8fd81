"""A bar chart as SVG: how many times faster than the peer each endpoint is, and how far from the floor.

`python -m bench.comparing.chart RESULTS.json CHART.svg` makes it again from the results of a run.
"""

import json
import math
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

LABELS, WIDTH, ROW, TOP = 220, 560, 18, 64
BEST, WORST = 64.0, 0.125
BLUE, RED, GREY, INK = "#2563eb", "#dc2626", "#9ca3af", "#1f2937"
FONT = "font-family='system-ui, sans-serif' font-size='11'"


def chart(cases: dict[str, Any], *, orders: int) -> str:
    """The chart of one size: bars are the peer's median ÷ PackProd's (logarithmic), marks the floor's ÷ PackProd's."""
    named = {name: one for name, one in cases.items() if one["peer"]}
    height = TOP + ROW * len(named) + 16
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {LABELS + WIDTH + 60} {height}' {FONT} fill='{INK}'>",
        f"<rect width='100%' height='{height}' fill='white'/>",
        f"<text x='8' y='18' font-size='14'>PackProd against PostgreSQL with Django's ORM, {orders:,} orders</text>",
        "<text x='8' y='34'>Bars: the peer's median ÷ PackProd's, right of 1 PackProd is faster. "
        "Marks: the floor's median ÷ PackProd's.</text>",
        *_axis(height),
        *(line for number, (name, one) in enumerate(named.items()) for line in _row(name, one, TOP + ROW * number)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def position(ratio: float) -> float:
    """Where a ratio stands, in units of the chart; beyond its ends, at the end."""
    kept = min(BEST, max(WORST, ratio))
    return LABELS + WIDTH * math.log(kept / WORST) / math.log(BEST / WORST)


def _axis(height: int) -> Iterator[str]:
    for power in range(round(math.log2(WORST)), round(math.log2(BEST)) + 1):
        x, ratio = position(2.0**power), 2.0**power
        colour = INK if ratio == 1 else "#e5e7eb"
        yield f"<line x1='{x:.1f}' y1='{TOP - 8}' x2='{x:.1f}' y2='{height - 12}' stroke='{colour}'/>"
        yield f"<text x='{x:.1f}' y='{TOP - 12}' text-anchor='middle'>{ratio:g}</text>"


def _row(name: str, one: dict[str, Any], y: int) -> Iterator[str]:
    ratio = one["peer"]["p50"] / one["ours"]["p50"]
    middle, here = position(1), position(ratio)
    colour = BLUE if ratio >= 1 else RED
    yield f"<text x='{LABELS - 8}' y='{y + 12}' text-anchor='end'>{escape(name)}</text>"
    left, width = min(middle, here), abs(here - middle)
    yield f"<rect x='{left:.1f}' y='{y + 3}' width='{max(1, width):.1f}' height='{ROW - 6}' fill='{colour}'/>"
    yield f"<text x='{max(middle, here) + 4:.1f}' y='{y + 12}'>{ratio:.1f}</text>"
    if "floorMs" in one:
        x = position(one["floorMs"]["todaysReads"] / one["ours"]["p50"])
        yield f"<line x1='{x:.1f}' y1='{y + 1}' x2='{x:.1f}' y2='{y + ROW - 1}' stroke='{GREY}' stroke-width='3'/>"


def main() -> None:
    """Draws the largest size of a results file."""
    sizes = json.loads(Path(sys.argv[1]).read_text())["sizes"]
    largest = sizes[max(sizes, key=int)]
    Path(sys.argv[2]).write_text(chart(largest["cases"], orders=largest["orders"]))


if __name__ == "__main__":
    main()
