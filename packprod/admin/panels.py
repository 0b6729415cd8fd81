"""What a detail page consists of. Any app may add a panel to any page: the customer's card to an order, a timeline.

A panel is registered where the app's own admin is (its package `admin`). So a page shows also what apps above it in
the import order know.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest

from packprod.admin.faces import Face


@dataclass(frozen=True, slots=True)
class Panel:
    """One card: `template` is rendered with `context`; `aside` puts it into the narrow column.

    `place` is its place on a screen that has one column only.
    """

    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    aside: bool = False
    place: int = 0


BuildPanel = Callable[[Any, HttpRequest], Panel | Sequence[Panel] | None]
_builders: dict[str, dict[str, tuple[int, BuildPanel]]] = defaultdict(dict)


def register_panel(page: str, name: str, build: BuildPanel, *, order: int = 50) -> None:
    """Adds a panel to the page of a model (`"orders.order"`); small `order` first; the same name again replaces it.

    `build(face, request)` reads what it shows, once for all panels that it gives; None where there is nothing to show
    or nothing may be shown.
    """
    _builders[page][name] = (order, build)


def register_panels(page: str, panels: Iterable[tuple[str, BuildPanel, int]]) -> None:
    """Adds several: name, builder, order."""
    for name, build, order in panels:
        register_panel(page, name, build, order=order)


def panels_of(page: str, face: Face, request: HttpRequest) -> list[Panel]:
    """The panels of a page, in order. Raises what their readers raise, EngineUnavailable for one."""
    in_order = sorted(_builders[page].values(), key=lambda entry: entry[0])
    panels = (panel for _, build in in_order for panel in _several(build(face, request)))
    return [replace(panel, place=place) for place, panel in enumerate(panels)]


def _several(built: Panel | Sequence[Panel] | None) -> Sequence[Panel]:
    if built is None:
        return ()
    return (built,) if isinstance(built, Panel) else built
