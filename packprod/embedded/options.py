"""The settings that count before Django starts, from the environment and .env as in packprod.settings."""

from dataclasses import dataclass
from pathlib import Path

from packprod.configuration import dynamodb_endpoint_url, folder, redis_url, switch, text
from packprod.embedded.endpoints import is_amazon
from packprod.embedded.trouble import CannotStart


@dataclass(frozen=True, slots=True)
class Options:
    """The settings of a run; an empty address means the embedded part."""

    data_dir: Path
    port: int
    dynamodb_endpoint_url: str
    redis_url: str
    demo: bool

    @classmethod
    def from_environment(cls) -> "Options":
        """Raises CannotStart or ImproperlyConfigured for a value that can't be used."""
        endpoint = dynamodb_endpoint_url()
        return cls(
            data_dir=folder("PACKPROD_DATA_DIR", default=".data"),
            port=_port(text("PORT") or "8000"),
            dynamodb_endpoint_url=endpoint,
            redis_url=redis_url(),
            # never demo orders into somebody's real tables, unless they ask for it
            demo=switch("PACKPROD_DEMO", default=not is_amazon(endpoint)),
        )

    @property
    def run_dir(self) -> Path:
        """What belongs to one run and may go with it."""
        return self.data_dir / "run"

    @property
    def metrics_dir(self) -> Path:
        """Where the processes of one run write their Prometheus figures, so that any of them can add them up."""
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
