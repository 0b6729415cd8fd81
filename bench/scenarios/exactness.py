"""Reports, products and each product's orders are equal to the cent to plain SQL over the orders.

Checked for a real shop and for demo orders, over random ranges, in two time zones with daylight saving.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from bench.loading import load
from bench.memory_engine import product_in_memory
from bench.order_rows import Row, as_json, contacts_of, last_versions
from bench.product import Product
from bench.report import Report
from bench.shop_data import Shop
from customers.demo import demo_imports

CLIENT = "packprod"
ZONES = ("Australia/Sydney", "America/New_York")
RANGES = 110  # in each zone
SHOP_ORDERS = 5_009


def run(report: Report, *, checkout: Path, superstore: Path | None, orders: int) -> None:
    """Compares the superstore, or else a made-up shop, and this many demo orders."""
    today = datetime.now(UTC).date()
    for name, rows in _sources(superstore, orders=orders, today=today):
        print(f"… exactness: {name}", file=sys.stderr, flush=True)
        with product_in_memory(checkout=checkout) as (product, url):
            load(rows, contacts_of(rows), url=url)
            file = product.data_dir / "orders.jsonl"
            file.write_text("".join(json.dumps(as_json(row)) + "\n" for row in rows))
            for zone in ZONES:
                _compare(name, product, report, file=file, zone=zone)


def _sources(superstore: Path | None, *, orders: int, today: date) -> Iterator[tuple[str, list[Row]]]:
    if superstore:
        payloads = map(json.loads, superstore.read_text().splitlines())
        yield "superstore", last_versions(payloads, client_id=CLIENT)
    else:
        yield f"{SHOP_ORDERS:,} orders of four years", list(Shop(orders=SHOP_ORDERS, today=today).orders())
    demo = (one.payload for one in demo_imports(orders=orders, today=today))
    yield f"{orders:,} demo orders", last_versions(demo, client_id=CLIENT)


def _compare(name: str, product: Product, report: Report, *, file: Path, zone: str) -> None:
    """Rebuilds and compares. In the second zone, the rebuild moves the orders of the first one to other days."""
    here = {"PACKPROD_TIME_ZONE": zone, "DJANGO_SETTINGS_MODULE": "packprod.settings"}
    built = product.access.measured("manage.py", "rebuild_read_models", **here)
    report.figure(f"{name}, {zone}: rebuilt", f"{built.seconds:.0f} s, {built.peak_mb:.0f} MB")
    command = ("-m", "bench.exactness", str(file), "--zone", zone, "--ranges", str(RANGES))
    said = product.access.measured(*command, **here).output.strip().splitlines()
    report.check(f"{name}, {zone}: equal to SQL over {RANGES} ranges", said[-1] == "0 differences", " ".join(said))
