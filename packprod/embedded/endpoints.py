"""The addresses of the engine and Redis: from the settings, or else from what `make run` wrote into the data folder.

Imports nothing of Django, because the settings module itself reads the addresses from here.
"""

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

LOCAL_KEY = "packprod"  # the embedded engine takes any letters and digits
# Nobody listens on the discard port: Django starts without an engine, and whatever needs one fails at once.
NOWHERE_HTTP = "http://127.0.0.1:9"
NOWHERE_REDIS = "redis://127.0.0.1:9/0"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """What the settings need to know. `dynamodb_url` is None for Amazon DynamoDB; the keys are None if the usual AWS
    credential chain applies."""

    dynamodb_url: str | None
    redis_url: str
    aws_access_key_id: str | None
    aws_secret_access_key: str | None
    secret_key: str


def resolve_endpoints(*, data_dir: Path, dynamodb_endpoint_url: str, redis_url: str) -> Endpoints:
    """The addresses to use now; if nothing runs, addresses where nothing listens. Raises OSError for a bad data_dir."""
    running = read_endpoints(data_dir)
    url = dynamodb_endpoint_url or running.get("DYNAMODB_ENDPOINT_URL") or NOWHERE_HTTP
    has_keys = bool(os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE"))
    own_keys = is_amazon(url) or (bool(dynamodb_endpoint_url) and has_keys)
    key = None if own_keys else running.get("AWS_ACCESS_KEY_ID", LOCAL_KEY)
    secret = None if own_keys else running.get("AWS_SECRET_ACCESS_KEY", LOCAL_KEY)
    return Endpoints(
        dynamodb_url=None if url == "aws" else url,
        redis_url=redis_url or running.get("REDIS_URL") or NOWHERE_REDIS,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        secret_key=_secret_key(data_dir / "secret_key"),
    )


def is_amazon(dynamodb_endpoint_url: str) -> bool:
    """Whether the setting names Amazon's own service."""
    host = urlsplit(dynamodb_endpoint_url).hostname or ""
    return dynamodb_endpoint_url == "aws" or host.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def endpoints_file(data_dir: Path) -> Path:
    """The file with the addresses of the running parts; it exists only while they run."""
    return data_dir / "run" / "endpoints.env"


def read_endpoints(data_dir: Path) -> dict[str, str]:
    """The NAME=value lines of the file as a dict; empty if nothing runs."""
    try:
        text = endpoints_file(data_dir).read_text()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line)
    return {name: value for name, value in pairs if value}


def write_endpoints(data_dir: Path, values: dict[str, str]) -> None:
    """Replace the file, readable by its owner only, in one step: readers see the whole old or the whole new one."""
    target = endpoints_file(data_dir)
    draft = _private_draft(target, "".join(f"{name}={value}\n" for name, value in values.items()))
    draft.replace(target)


def _secret_key(path: Path) -> str:
    """Django's secret key, made once. If two processes make it at the same time, the first to link its file wins."""
    if not path.exists():
        draft = _private_draft(path, secrets.token_urlsafe(64))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def _private_draft(target: Path, text: str) -> Path:
    """A new file beside `target`, with mode 0600, which is mkstemp's own."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    with os.fdopen(handle, "w") as draft:
        draft.write(text)
    return Path(name)
