"""Expected reorders once more, the slow and obvious way: a loop over all orders."""

import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from tests.reports.naive import Told


@dataclass(frozen=True)
class Due:
    """One customer and product."""

    contact_id: str
    product_code: str
    orders: int
    occasions: int
    last: str
    gap: int
    expected: date

    def state(self, today: date) -> str:
        late = (today - self.expected).days
        if late <= 0:
            return "expected"
        return "overdue" if late <= 3 * self.gap else "lost"


def reorders(orders: list[Told], zone: str) -> Iterator[Due]:
    """Every customer and product with orders on three days."""
    held: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for order in orders:
        for code in {line[0] for line in order.lines}:
            held[order.contact, code].append(order)
    for (contact, code), found in held.items():
        days = sorted({order.day(zone) for order in found})
        if len(days) >= 3:
            gaps = [(days[n + 1] - days[n]).days for n in range(len(days) - 1)]
            gap = int(Decimal(str(statistics.median(gaps))).quantize(Decimal(1), ROUND_HALF_UP))
            last = max(order.at for order in found).isoformat().replace("+00:00", "Z")
            yield Due(contact, code, len(found), len(days), last, gap, days[-1] + timedelta(days=gap))
