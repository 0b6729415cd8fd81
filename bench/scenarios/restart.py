"""Stop leaves no process; a second start is quick and keeps the data, after kill -9 of everything too."""

from bench.payloads import imported, order
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report
from bench.scenarios.verifying import verified


def run(product: Product, report: Report) -> None:
    """Ctrl-C right after an import, then kill -9 of all parts right after another."""
    after_ctrl_c(product, report)
    after_kill(product, report)
    verified(product, report)


def after_ctrl_c(product: Product, report: Report) -> None:
    """Order and figures are there after the next start; `stop` raises for a process left."""
    contact = imported(product.access.http, order(total="8.00"))["contactID"]
    report.check("Ctrl-C ends everything", True, f"{product.stop(by_ctrl_c=True):.1f} s, no process left")
    _start_again(product, report, "second start until ready", contact=contact)


def after_kill(product: Product, report: Report) -> None:
    """The same when nothing had time to end."""
    contact = imported(product.access.http, order(total="8.00"))["contactID"]
    product.kill()
    _start_again(product, report, "start after kill -9 of everything", contact=contact)


def _start_again(product: Product, report: Report, what: str, *, contact: str) -> None:
    report.figure(what, f"{product.start():.1f} s")
    taken = seconds_until_customer(product.access.http, contact, has(1, "8.00"), within=30)
    report.check(f"{what}: data is kept, figures follow", taken is not None)
