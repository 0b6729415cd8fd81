"""How work over all orders reports its progress, and progress bars for a terminal."""

from collections.abc import Callable
from types import TracebackType
from typing import Any

from tqdm import tqdm

Progress = Callable[[str, int, int], object]
"""Called with the name of a phase, how many more of its rows are done, and about how many there are in all."""


def silent(phase: str, count: int, total: int) -> None:
    """Reports nothing."""


class Bars:
    """Shows a progress bar per phase, on a terminal only: `with Bars() as progress: work(progress)`."""

    def __init__(self) -> None:
        self._bars: dict[str, Any] = {}

    def __call__(self, phase: str, count: int, total: int) -> None:
        bar = self._bars.get(phase)
        if bar is None:
            bar = self._bars[phase] = tqdm(desc=phase, unit="", total=total or None, disable=None)
        bar.update(count)

    def __enter__(self) -> "Bars":
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        for bar in self._bars.values():
            bar.close()
