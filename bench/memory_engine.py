"""A product over an engine in memory, for scenarios with so many rows that an engine on disk would take an hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.environment import clean_environment, free_port
from bench.loading import load
from bench.product import Product
from bench.shop_data import Shop
from packprod.embedded.temporary import running_engine

HOUR = 3_600.0


@contextmanager
def product_in_memory(*, checkout: Path) -> Iterator[tuple[Product, str]]:
    """Yields a product, not started but with its tables, and the engine's address; the engine ends with the block."""
    with TemporaryDirectory(prefix="packprod-bench-") as name:
        folder = Path(name)
        with running_engine(store=None, log_file=folder / "engine.log", env=clean_environment()) as url:
            settings = {"DYNAMODB_ENDPOINT_URL": url, "PORT": str(free_port())}
            product = Product(data_dir=folder / "data", checkout=checkout, env=settings)
            product.data_dir.mkdir()
            product.access.manage("provision_tables").check_returncode()
            try:
                yield product, url
            finally:
                product.access.close()


@contextmanager
def filled_product(orders: int, *, today: date, checkout: Path) -> Iterator[tuple[Product, str]]:
    """Yields a running product with a shop in it, whose stream has been read to its end, and the engine's address."""
    with product_in_memory(checkout=checkout) as (product, url):
        shop = Shop(orders=orders, today=today)
        load(shop.orders(), shop.contacts(), url=url)
        product.access.measured("manage.py", "rebuild_read_models")
        try:
            product.start()
            await_caught_up(product)
            yield product, url
        finally:
            product.stop()


def await_caught_up(product: Product) -> None:
    """Waits until every change so far is in the read models. Raises CalledProcessError after an hour."""
    product.access.manage("await_caught_up", "--timeout", str(int(HOUR)), timeout=HOUR).check_returncode()
