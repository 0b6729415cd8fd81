"""Classes of gaps: the partitions in which expected reorders lie, by the size of their median gap.

An entry is overdue from its expected date until a few gaps later. So being overdue depends on two figures, while an
index sorts by one. Within a class the gaps differ by a factor of less than four, so one range of expected dates holds
all overdue entries and not many others (docs/adr/0011).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from customers.reorders.rhythm import LOST, LOST_AFTER_GAPS, OVERDUE
from packprod.dates import DAY

_BITS = 2  # a class is as wide as this many bits


@dataclass(frozen=True, slots=True)
class GapClass:
    """Median gaps from `shortest` to `longest` days, both inclusive; the last class has no longest."""

    number: int
    shortest: int
    longest: int | None

    def expected_dates(self, state: str, *, today: date) -> tuple[date, date]:
        """The first and last expected date of what may be in this state today; an empty state: overdue or lost."""
        yesterday = today - DAY
        if state == LOST:
            return date.min, yesterday - LOST_AFTER_GAPS * self.shortest * DAY
        if state == OVERDUE and self.longest is not None:
            return today - LOST_AFTER_GAPS * self.longest * DAY, yesterday
        return date.min, yesterday


def _classes() -> Iterator[GapClass]:
    for number in range(4):
        yield GapClass(number, 1 << number * _BITS, (1 << (number + 1) * _BITS) - 1)
    yield GapClass(4, 1 << 4 * _BITS, None)


GAP_CLASSES = tuple(_classes())
"""1 to 3 days, 4 to 15, 16 to 63, 64 to 255, and more."""


def gap_class(median_gap_days: int) -> GapClass:
    """The class of a gap of one day or more."""
    return GAP_CLASSES[min((median_gap_days.bit_length() - 1) // _BITS, len(GAP_CLASSES) - 1)]
