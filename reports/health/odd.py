"""Orders that count and are odd all the same: how many, of what kind, and which senders send local time as UTC."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orders.lists.counting import Tally, order_tally, tallies_by_month
from orders.oddities import FUTURE, HARMLESS, LEAST_ORDERS, ODDITIES, UNKNOWN_STATUS, sends_local_time
from orders.statuses import is_known
from packprod.dates import DAY, business_date


@dataclass(frozen=True, slots=True)
class OddOrders:
    """`counts` by oddity, without those of which there are none, the gravest first; `statuses` the unknown ones with
    the number of their orders; `senders` those whose latest orders look as if local time were sent as UTC."""

    counts: Mapping[str, int]
    statuses: Mapping[str, int]
    senders: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.counts or self.senders)

    @property
    def need_a_look(self) -> bool:
        """Whether there are any but harmless ones."""
        return bool(self.counts.keys() - HARMLESS or self.senders)


def odd_orders(*, now: datetime) -> OddOrders:
    """Of all time; three queries. Raises EngineUnavailable."""
    months = tallies_by_month()
    whole = Tally()
    for month in months:
        whole.statuses.update(month.statuses)
        whole.odd.update(month.odd)
    future = order_tally(first=business_date(now) + DAY, last=None).statuses.total()
    counts = whole.odd | Counter({FUTURE: future})
    return OddOrders(
        counts={name: counts[name] for name in ODDITIES if counts[name] > 0},
        statuses={one: count for one, count in sorted(whole.statuses.items()) if count > 0 and not is_known(one)},
        senders=shifted_senders(months),
    )


def shifted_senders(months: Sequence[Tally]) -> list[str]:
    """The senders that send local time as UTC, judged by their latest months with at least LEAST_ORDERS orders.

    So a sender that was mended is no longer named once it has sent as many.
    """
    latest: dict[str, Counter[str]] = {}
    for month in months:
        for sender, times in month.senders.items():
            known = latest.setdefault(sender, Counter())
            if known.total() < LEAST_ORDERS:
                known.update(times)
    return sorted(sender for sender, times in latest.items() if sends_local_time(times))


def odd_in_words(found: OddOrders) -> list[tuple[str, int | None, dict[str, str]]]:
    """What is odd, how many orders (None where that is a pattern), and the filter of the order list that finds them."""
    kinds = [(ODDITIES[one], count, {"odd": one}) for one, count in found.counts.items() if one != UNKNOWN_STATUS]
    statuses = [(f"Unknown status “{one}”", count, {"status": one}) for one, count in found.statuses.items()]
    senders = [(f"{one} seems to send local time as UTC", None, {"source": one}) for one in found.senders]
    return [*senders, *statuses, *kinds]
