"""A product over an engine in memory, for scenarios with so many rows that an engine on disk would take an hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.environment import clean_environment, free_port
from bench.product import Product
from packprod.embedded.temporary import running_engine


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
