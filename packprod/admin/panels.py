"""What a detail page consists of: panels (facts, tables, charts), each a template and its data, and buttons.

Any app may add a panel to any page: the customer's card to an order, a timeline. A panel is registered where the
app's own admin is, so a page also shows what apps above it in the import order know.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from packprod.admin.formats import LOCALE
from packprod.admin.table_model import TableModel


@dataclass(frozen=True, slots=True)
class Panel:
    """One card: `template` is rendered with `context`; `aside` puts it into the narrow column.

    `rank` orders the cards on a screen that has one column only.
    """

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    aside: bool = False
    rank: int = 0


BuildPanel = Callable[[Any, HttpRequest], Panel | Sequence[Panel] | None]
_builders: dict[str, dict[str, tuple[int, BuildPanel]]] = defaultdict(dict)


def register_panel(page: str, name: str, build: BuildPanel, *, order: int = 50) -> None:
    """Adds a panel to the page of a model (`"orders.order"`); small `order` first; the same name again replaces it.

    `build(row, request)` reads what it shows, once for all panels that it gives; None where there is nothing to show,
    or nothing that this person may see.
    """
    _builders[page][name] = (order, build)


def register_panels(page: str, panels: Iterable[tuple[str, BuildPanel, int]]) -> None:
    """Adds several: name, builder, order."""
    for name, build, order in panels:
        register_panel(page, name, build, order=order)


def panels_of(page: str, row: TableModel, request: HttpRequest) -> list[Panel]:
    """The panels of a page, in order. Raises what their builders raise, such as EngineUnavailable."""
    in_order = sorted(_builders[page].values(), key=lambda entry: entry[0])
    panels = (panel for _, build in in_order for panel in _several(build(row, request)))
    return [replace(panel, rank=rank) for rank, panel in enumerate(panels)]


def _several(built: Panel | Sequence[Panel] | None) -> Sequence[Panel]:
    if built is None:
        return ()
    return (built,) if isinstance(built, Panel) else built


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


def bars_panel(title: str, bars: Sequence[tuple[str, Decimal | int]], *, texts: Sequence[str], note: str = "") -> Panel:
    """A bar chart of amounts; `texts` are the same amounts as text, for the table below it."""
    data = {
        "labels": [label for label, _ in bars],
        "datasets": [{"data": [float(value) for _, value in bars], "backgroundColor": "var(--color-primary-600)"}],
    }
    rows = [(label, text) for (label, _), text in zip(bars, texts, strict=True)]
    context = {"data": json.dumps(data), "options": json.dumps(_bar_options()), "rows": rows, "note": note}
    return Panel(title, "packprod_admin/bars.html", context)


def _bar_options() -> dict[str, Any]:
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


@dataclass(frozen=True, slots=True)
class Button:
    """A POST to `url`; or a plain link, to a page that asks first. `variant` is one of unfold's: primary, danger."""

    text: str
    url: str
    variant: str = "default"
    is_link: bool = False
