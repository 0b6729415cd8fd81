"""The settings that are needed before Django starts, read from the environment and .env as packprod.settings does."""

from dataclasses import dataclass
from pathlib import Path

from packprod.configuration import dynamodb_endpoint_url, folder, redis_url, switch, text
from packprod.embedded.endpoints import is_amazon


class CannotStart(SystemExit):
    """PackProd cannot start. The message tells the person at the terminal what is wrong and what to do about it.

    Uncaught, it ends the program with the message on stderr and exit status 1.
    """


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of a run. An empty address means that the embedded part is used."""

    data_dir: Path
    port: int
    dynamodb_endpoint_url: str
    redis_url: str
    demo: bool

    @classmethod
    def from_environment(cls) -> "Options":
        """Raises CannotStart or ImproperlyConfigured for a value that cannot be used."""
        endpoint = dynamodb_endpoint_url()
        return cls(
            data_dir=folder("PACKPROD_DATA_DIR", default=".data"),
            port=_port(text("PORT") or "8000"),
            dynamodb_endpoint_url=endpoint,
            redis_url=redis_url(),
            # somebody's real tables get demo orders only on request
            demo=switch("PACKPROD_DEMO", default=not is_amazon(endpoint)),
        )

    @property
    def run_dir(self) -> Path:
        """The folder of what belongs to a single run: lock, addresses, log, metrics."""
        return self.data_dir / "run"

    @property
    def metrics_dir(self) -> Path:
        """The folder into which every process of a run writes its Prometheus figures, so that one can add them up."""
        return self.run_dir / "metrics"

    @property
    def engine_store(self) -> Path:
        """The embedded engine's folder."""
        return self.data_dir / "dynamodb"

    @property
    def redis_store(self) -> Path:
        """The embedded Redis' folder."""
        return self.data_dir / "redis"


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)
