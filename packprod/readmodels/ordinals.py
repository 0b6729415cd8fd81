"""Dense numbers for texts, so that figures by customer or by product can be arrays instead of dictionaries."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Ordinal = np.int32
Ordinals = NDArray[Ordinal]
Mask = NDArray[np.bool_]
"""Which are chosen, by ordinal; those beyond its end are not."""


class Numbering:
    """Numbers texts in the order in which this process meets them, from 0 on.

    A number is never stored: another process gives another one. It stays for as long as the process lives, so the
    memory it takes grows with the customers and products there are, not with their orders. Threads may share it.
    """

    def __init__(self) -> None:
        self._ordinals: dict[str, int] = {}
        self._texts: list[str] = []
        self._growing = Lock()

    def ordinals(self, texts: Sequence[str]) -> Ordinals:
        """The number of each text; one that is new gets the next."""
        try:
            return self._known(texts)
        except KeyError:
            self._grow(texts)
            return self._known(texts)

    def ordinal(self, text: str) -> int:
        """The number of one text."""
        return int(self.ordinals([text])[0])

    def known(self, text: str) -> Ordinals:
        """The number of one text, or none, if this process has not met it."""
        ordinal = self._ordinals.get(text)
        return np.array([] if ordinal is None else [ordinal], Ordinal)

    def text(self, ordinal: int) -> str:
        """The text that has this number."""
        return self._texts[ordinal]

    def _known(self, texts: Sequence[str]) -> Ordinals:
        return np.fromiter(map(self._ordinals.__getitem__, texts), Ordinal, len(texts))

    def _grow(self, texts: Sequence[str]) -> None:
        with self._growing:
            for text in texts:
                if text not in self._ordinals:
                    self._texts.append(text)  # first, for threads that read a number without the lock
                    self._ordinals[text] = len(self._texts) - 1


def mask(ordinals: Ordinals) -> Mask:
    """These ordinals alone."""
    chosen = np.zeros(int(ordinals.max(initial=-1)) + 1, np.bool_)
    chosen[ordinals] = True
    return chosen


def are_chosen(ordinals: Ordinals, chosen: Mask) -> Mask:
    """Beside each ordinal, whether it is chosen."""
    within = ordinals < len(chosen)
    return within & chosen[np.where(within, ordinals, 0)] if len(chosen) else within & False
