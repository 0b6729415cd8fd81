"""What panels are made of: facts, tables and charts, each a template and its data."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from packprod.admin.formats import LOCALE
from packprod.admin.panels import Panel


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a table panel; figures stand to the right, what is tight stays on one line, what is wide is left out
    on a phone."""

    title: str
    figure: bool = False
    tight: bool = False
    wide: bool = False

    @property
    def style(self) -> str:
        """The cells' class."""
        chosen = {"pp-right": self.figure, "pp-tight": self.tight, "pp-wide": self.wide}
        return " ".join(name for name, holds in chosen.items() if holds)


def facts_panel(title: str, facts: Sequence[tuple[str, Any]], *, note: str = "", aside: bool = True) -> Panel:
    """Names and values; a value that is None or empty is left out."""
    known = [(name, value) for name, value in facts if value not in (None, "")]
    return Panel(title, "packprod_admin/facts.html", {"facts": known, "note": note}, aside=aside)


def table_panel(
    title: str,
    headings: Sequence[Heading],
    rows: Sequence[Sequence[Any]],
    *,
    sums: Sequence[tuple[str, Any]] = (),
    note: str = "",
    more: Any = "",
    when_empty: str = "Nothing yet.",
    aside: bool = False,
) -> Panel:
    """Rows of cells; `sums` are lines under the last column, `more` a link behind the title."""
    cells = [list(zip(headings, row, strict=True)) for row in rows]
    context = {"headings": headings, "rows": cells, "sums": sums, "note": note, "more": more, "when_empty": when_empty}
    return Panel(title, "packprod_admin/table.html", context, aside=aside)


def bars_panel(title: str, bars: Sequence[tuple[str, Decimal | int]], *, told: Sequence[str], note: str = "") -> Panel:
    """A bar chart of amounts; `told` says each bar in words, for the table behind it that everybody can read."""
    data = {
        "labels": [label for label, _ in bars],
        "datasets": [{"data": [float(value) for _, value in bars], "backgroundColor": "var(--color-primary-600)"}],
    }
    rows = [(label, text) for (label, _), text in zip(bars, told, strict=True)]
    context = {"data": json.dumps(data), "options": json.dumps(_bars()), "rows": rows, "note": note}
    return Panel(title, "packprod_admin/bars.html", context)


def _bars() -> dict[str, Any]:
    ticks = {"color": "#7b8494", "maxTicksLimit": 6}
    in_currency = {"style": "currency", "currency": settings.PACKPROD_CURRENCY}  # for axis and tooltip, by Chart.js
    return {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "locale": LOCALE.replace("_", "-"),
        "plugins": {"legend": {"display": False}},
        "datasets": {"bar": {"borderRadius": 4, "maxBarThickness": 32}},
        "scales": {
            "x": {"grid": {"display": False}, "ticks": {"color": "#7b8494", "maxRotation": 0, "autoSkipPadding": 16}},
            "y": {
                "beginAtZero": True,
                "border": {"display": False},
                "grid": {"lineWidth": 0.5},
                "ticks": ticks | {"format": in_currency},
            },
        },
    }
