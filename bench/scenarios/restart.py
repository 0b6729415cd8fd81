"""Stop leaves no process behind; a second start keeps the data and is quick."""

from bench.payloads import imported, order
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report


def run(product: Product, report: Report) -> None:
    """Import, stop at once, start again: order and figures are there; `stop` raises for a leftover."""
    contact = imported(product.access.http, order(total="8.00"))["contactID"]
    report.check("SIGTERM ends everything", True, f"{product.stop():.1f} s, no process left")
    report.figure("second start until ready", f"{product.start():.1f} s")
    taken = seconds_until_customer(product.access.http, contact, has(1, "8.00"), within=30)
    report.check("data of the first run is kept, figures follow", taken is not None)
