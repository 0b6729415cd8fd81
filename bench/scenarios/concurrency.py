"""Fifty requests at once: the same order makes one order, a new e-mail makes one contact."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.access import CONTACTS, ORDERS
from bench.payloads import decoded, order, post, unique
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report
from bench.waiting import milliseconds


def run(product: Product, report: Report, *, at_once: int = 50) -> None:
    """Runs both races."""
    identical(product, report, at_once=at_once)
    one_new_email(product, report, at_once=at_once)


def identical(product: Product, report: Report, *, at_once: int) -> None:
    """Sends the same order `at_once` times at the same moment."""
    body = order()
    answers = _at_once(product.access.http, [body] * at_once)
    statuses = sorted(answer.status_code for answer in answers)
    report.check("identical POSTs: one 201, the rest 200", statuses == [200] * (at_once - 1) + [201], _tally(statuses))
    data = [decoded(answer)["data"] for answer in answers if answer.status_code < 300]
    same = {(row["orderID"], row["contactID"], row["orderReference"]) for row in data}
    report.check("identical POSTs: same ids in all answers", len(same) == 1, f"{len(same)} different")
    stored = [row for row in product.access.scan(ORDERS) if row.get("orderReference") == body["orderReference"]]
    report.check("identical POSTs: orders stored", len(stored) == 1, len(stored))


def one_new_email(product: Product, report: Report, *, at_once: int) -> None:
    """Sends different orders with one new e-mail, spelled in different cases, at the same moment."""
    email = f"{unique('Casey.')}@Example.com"
    spellings = [email.upper(), email.lower(), email.title(), f"  {email} ", email.swapcase()]
    bodies = [order(email=spellings[number % 5], total="2.00") for number in range(at_once)]
    answers = _at_once(product.access.http, bodies)
    statuses = sorted(answer.status_code for answer in answers)
    report.check("one new e-mail: all 201", statuses == [201] * at_once, _tally(statuses))
    made = [row for row in product.access.scan(CONTACTS) if _is(row, email)]
    report.check("one new e-mail: contacts made", len(made) == 1, len(made))
    flagged = sum(decoded(answer)["data"]["contactCreated"] for answer in answers if answer.status_code == 201)
    report.check("one new e-mail: contactCreated once", flagged == 1, flagged)
    if made:
        figures = has(at_once, f"{2 * at_once}.00")
        taken = seconds_until_customer(product.access.http, made[0]["contactID"], figures, within=30)
        report.check(f"one new e-mail: orderCount {at_once}", taken is not None, milliseconds(taken))


def _at_once(http: httpx.Client, bodies: list[dict[str, Any]]) -> list[httpx.Response]:
    gate = threading.Barrier(len(bodies))

    def send(body: dict[str, Any]) -> httpx.Response:
        gate.wait()
        return post(http, body, timeout=60)

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def _is(contact: dict[str, Any], email: str) -> bool:
    return str(contact.get("email", "")).strip().casefold() == email.strip().casefold()


def _tally(statuses: list[int]) -> str:
    return " ".join(f"{statuses.count(status)}×{status}" for status in sorted(set(statuses)))
