"""The settings that count before Django starts, from the environment and .env as in packprod.settings."""

from dataclasses import dataclass
from pathlib import Path

import environ

from packprod.embedded.endpoints import is_amazon
from packprod.embedded.trouble import CannotStart

BASE_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for; an empty address means the embedded part."""

    data_dir: Path
    port: int
    dynamodb_endpoint_url: str
    redis_url: str
    demo: bool

    @classmethod
    def from_environment(cls) -> "Options":
        """Raises CannotStart for a value that can't be used."""
        env = environ.Env()
        env.read_env(BASE_DIR / ".env")
        endpoint = env.str("DYNAMODB_ENDPOINT_URL", default="")
        return cls(
            data_dir=BASE_DIR / env.str("PACKPROD_DATA_DIR", default=".data"),
            port=_port(env.str("PORT", default="") or "8000"),
            dynamodb_endpoint_url=endpoint,
            redis_url=env.str("REDIS_URL", default=""),
            # never demo orders into somebody's real tables, unless they ask for it
            demo=env.bool("PACKPROD_DEMO", default=not is_amazon(endpoint)),
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
