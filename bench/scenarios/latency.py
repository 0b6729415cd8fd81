"""How long it takes from a POST until the customer's new figures can be read, while nothing else happens."""

import random
import time
from decimal import Decimal

import httpx

from bench.payloads import decoded, imported, order, unique
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report
from bench.waiting import seconds_until

GIVE_UP = 10.0


def run(product: Product, report: Report, *, orders: int = 200, pause: float = 0.5) -> None:
    """Sends orders one by one, every fourth for a new customer, the others for 20 existing ones."""
    http, chance = product.access.http, random.Random(1)
    regulars = [_Regular(http) for _ in range(min(20, orders))]
    time.sleep(2)
    known: list[float | None] = []
    fresh: list[float | None] = []
    for number in range(orders):
        if number % 4 == 3:
            fresh.append(_new_customer(http))
        else:
            known.append(chance.choice(regulars).next_order())
        time.sleep(pause)
    _report_times(report, known=known, fresh=fresh)


def _report_times(report: Report, *, known: list[float | None], fresh: list[float | None]) -> None:
    lost = [*known, *fresh].count(None)
    report.check(f"every order visible within {GIVE_UP:.0f} s", lost == 0, f"{lost} were not")
    report.times("POST to figures, all", [t for t in [*known, *fresh] if t is not None])
    report.times("POST to figures, existing customer", [t for t in known if t is not None])
    report.times("POST to listed, new customer", [t for t in fresh if t is not None])


class _Regular:
    """A customer whose figures are added up here, too."""

    def __init__(self, http: httpx.Client) -> None:
        self._http, self._email = http, f"{unique('regular.')}@example.com"
        self.contact_id = imported(http, order(email=self._email, total="1.00"))["contactID"]
        self.count, self.total = 1, Decimal("1.00")
        seconds_until_customer(http, self.contact_id, has(1, "1.00"))

    def next_order(self) -> float | None:
        started = time.monotonic()
        imported(self._http, order(email=self._email, total="19.99"))
        self.count, self.total = self.count + 1, self.total + Decimal("19.99")
        found = seconds_until_customer(self._http, self.contact_id, has(self.count, self.total), within=GIVE_UP)
        return None if found is None else time.monotonic() - started


def _new_customer(http: httpx.Client) -> float | None:
    # A GET by id may fall back to the orders, so a newcomer counts as visible once the list shows it.
    name, started = unique("newcomer"), time.monotonic()
    contact_id = imported(http, order(email=f"{name}@example.com"))["contactID"]

    def listed() -> bool:
        response = http.get("/api/customers", params={"search": name})
        return [row["contactID"] for row in decoded(response)["data"]] == [contact_id]

    return None if seconds_until(listed, within=GIVE_UP) is None else time.monotonic() - started
