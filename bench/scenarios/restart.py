"""Stopping leaves no process; the next start is quick and keeps the data, even after kill -9 of everything."""

from bench.payloads import imported, order
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report
from bench.scenarios.verifying import verified


def run(product: Product, report: Report) -> None:
    """Presses Ctrl-C right after an import, and kills all parts right after another."""
    after_ctrl_c(product, report)
    after_kill(product, report)
    verified(product, report)


def after_ctrl_c(product: Product, report: Report) -> None:
    """Checks that the order and its figures are there after the next start; `stop` raises if a process is left."""
    contact = imported(product.access.http, order(total="8.00"))["contactID"]
    report.check("Ctrl-C ends everything", True, f"{product.stop(by_ctrl_c=True):.1f} s, no process left")
    _start_again(product, report, "second start until ready", contact=contact)


def after_kill(product: Product, report: Report) -> None:
    """Checks the same after every process was killed."""
    contact = imported(product.access.http, order(total="8.00"))["contactID"]
    product.kill()
    _start_again(product, report, "start after kill -9 of everything", contact=contact)


def _start_again(product: Product, report: Report, what: str, *, contact: str) -> None:
    report.figure(what, f"{product.start():.1f} s")
    taken = seconds_until_customer(product.access.http, contact, has(1, "8.00"), within=30)
    report.check(f"{what}: data is kept, figures follow", taken is not None)
