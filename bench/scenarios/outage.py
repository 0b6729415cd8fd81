"""The engine hangs, then dies: the API answers 503 quickly, never an empty list, and recovers by itself."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from bench.payloads import IMPORT, decoded, imported, order
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report
from bench.waiting import milliseconds, seconds_until

QUICK_SECONDS = 5.0
RECOVERY_SECONDS = 60.0


def run(product: Product, report: Report, *, hang_rounds: int = 2) -> None:
    """Stops the engine with SIGSTOP, then kills it with SIGKILL."""
    contact = imported(product.access.http, order(total="4.00"))["contactID"]
    seconds_until_customer(product.access.http, contact, has(1, "4.00"))
    hang(product, report, contact=contact, rounds=hang_rounds)
    die(product, report, contact=contact)


def hang(product: Product, report: Report, *, contact: str, rounds: int) -> None:
    """Freezes the engine: every request must be answered 503 within 5 s, and normally again after SIGCONT."""
    engine = product.parts.named("engine")
    product.parts.freeze(engine)
    try:
        for name, answers in _all_at_once(_requests(product.access.http, contact), rounds=rounds).items():
            fine = all(_is_503(answer) and taken < QUICK_SECONDS for answer, taken in answers)
            seen = ", ".join(f"{answer.status_code} in {taken:.1f} s" for answer, taken in answers)
            report.check(f"engine frozen: {name} is 503 with Retry-After", fine, seen)
        health = [product.access.http.get(path).status_code for path in ("/healthz", "/readyz")]
        report.check("engine frozen: /healthz 200, /readyz 503", health == [200, 503], health)
    finally:
        product.parts.signal(engine, signal.SIGCONT)
    _recovers(product, report, contact=contact, after="thaw")


def die(product: Product, report: Report, *, contact: str) -> None:
    """Kills the engine: until it is back, every list must be either whole or a 503."""
    wrong: list[str] = []
    product.parts.kill(product.parts.named("engine"))
    end = time.monotonic() + RECOVERY_SECONDS
    requests, good = _requests(product.access.http, contact), 0
    while time.monotonic() < end and good < 3 * len(requests):
        for name, request in requests.items():
            answer, taken = _timed(request)
            good = good + 1 if answer.status_code in (200, 201) else 0
            if taken > QUICK_SECONDS or not (_is_503(answer) or _is_whole(answer)):
                wrong.append(f"{name}: {answer.status_code} in {taken:.1f} s {answer.text[:80]}")
    report.check("engine killed: every answer whole or 503, quickly", not wrong, wrong[:3] or "yes")
    _recovers(product, report, contact=contact, after="kill -9")


def _recovers(product: Product, report: Report, *, contact: str, after: str) -> None:
    http = product.access.http
    taken = seconds_until(lambda: http.get(f"/api/customers/{contact}").status_code == 200, within=RECOVERY_SECONDS)
    report.check(f"recovers after {after}", taken is not None, milliseconds(taken))
    fresh = imported(http, order(total="6.00"))["contactID"]
    followed = seconds_until_customer(http, fresh, has(1, "6.00"), within=RECOVERY_SECONDS)
    report.check(f"metrics follow again after {after}", followed is not None, milliseconds(followed))


def _requests(http: httpx.Client, contact: str) -> dict[str, Callable[[], httpx.Response]]:
    return {
        "list of customers": lambda: http.get("/api/customers"),
        "one customer": lambda: http.get(f"/api/customers/{contact}"),
        "a customer's orders": lambda: http.get(f"/api/customers/{contact}/orders"),
        "list of orders": lambda: http.get("/api/orders"),
        "import": lambda: http.post(IMPORT, json=order()),
    }


def _all_at_once(
    requests: dict[str, Callable[[], httpx.Response]], *, rounds: int
) -> dict[str, list[tuple[httpx.Response, float]]]:
    with ThreadPoolExecutor(len(requests)) as pool:
        waves = [list(pool.map(_timed, requests.values())) for _ in range(rounds)]
    return {name: [wave[place] for wave in waves] for place, name in enumerate(requests)}


def _timed(request: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    started = time.monotonic()
    return request(), time.monotonic() - started


def _is_503(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and "Retry-After" in answer.headers


def _is_whole(answer: httpx.Response) -> bool:
    return answer.status_code in (200, 201) and bool(decoded(answer)["data"])
