"""The product's own check, run as an operator would: `verify_read_models` until it exits with 0."""

import time

from bench.product import Product
from bench.report import Report


def verified(product: Product, report: Report, *, within: float = 60) -> bool:
    """Checks that `verify_read_models` reaches 0 differences, and reports how many seconds that took."""
    started = time.monotonic()
    while True:
        run = product.access.manage("verify_read_models")
        taken = time.monotonic() - started
        if run.returncode == 0 or taken > within:
            break
        time.sleep(0.5)
    last_words = "" if run.returncode == 0 else " ".join((run.stdout + run.stderr).split())[-300:]
    seen = f"exit {run.returncode} after {taken:.1f} s {last_words}".strip()
    return report.check("verify_read_models reaches 0 differences", run.returncode == 0, seen)
