"""The embedded database engine, AWS's DynamoDB Local: its command line, and a check of its data file.

It writes to a SQLite file, so its data survives kill -9 (for how soon, see docs/adr/0010). Under Debian's `eatmydata`
writes are about three times as fast and still survive that, but not a power cut. That is an option for loading test
data (see .env.example), never the default.
"""

import logging
import shutil
import sqlite3
import time
from pathlib import Path

from packprod.configuration import switch
from packprod.embedded.install import WITHOUT_SECURITY_MANAGER, Java, engine_jar, find_java
from packprod.embedded.options import CannotStart

log = logging.getLogger(__name__)

START_SECONDS = 60.0
# Measured on 2 cores, Java 17. Until it listens / the first table is there, then memory and puts (three runs each), and
# its CPU for an order and all that follows from it, by 8 threads over 5,000 orders (`python -m bench freshness`):
#   SerialGC, both compilers    1.5 s / 1.8 s, 237 MB, 430 to 700 puts/s; 38 ms for the first 300 orders, then 22 ms
#   SerialGC, C1 compiler only  1.2 s / 1.5 s, 210 MB, 490 to 730 puts/s; 33 ms an order
# A class-data archive gained nothing beyond noise; the loopback policy costs 0.3 s at start.
JVM_FLAGS = ["-XX:+UseSerialGC", "-Xmx1g"]
POLICY = Path(__file__).with_name("engine") / "loopback.policy"


def engine_command(*, port: int, store: Path | None) -> list[str]:
    """The command line that serves `port` with its data in the folder `store`, or in memory if that is None.

    Raises CannotStart if Java, the engine or `eatmydata` is missing.
    """
    java, jar = find_java(), engine_jar()
    if store is not None:
        store.mkdir(parents=True, exist_ok=True)
    return [
        *_without_sync(store),
        str(java.path),
        *JVM_FLAGS,
        *_loopback_only(java),
        f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}",
        *["-jar", str(jar), "-port", str(port), "-sharedDb", "-disableTelemetry"],
        *(["-dbPath", str(store)] if store is not None else ["-inMemory"]),
    ]


def database_file(store: Path) -> Path:
    """The file in the engine's folder that holds all its data."""
    return store / "shared-local-instance.db"


def check_sqlite_file(path: Path, *, seconds: float = 5.0) -> None:
    """Raises CannotStart if the file is damaged, and says what to move away.

    The engine itself would start with it, and then fail every request. A large file is checked for at most `seconds`;
    a missing one is fine.
    """
    if not path.exists():
        return
    deadline = time.monotonic() + seconds
    connection = sqlite3.connect(path)
    connection.set_progress_handler(lambda: int(time.monotonic() > deadline), 100_000)
    try:
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as exc:
        verdict = "ok" if "interrupted" in str(exc) else str(exc)
    finally:
        connection.close()
    if verdict != "ok":
        raise CannotStart(
            f"The data in {path} is damaged ({' '.join(verdict.split())}). Nothing was changed. "
            f"Restore it from a copy, or move the folder {path.parent} away to start with an empty one."
        )


def _loopback_only(java: Java) -> list[str]:
    if java.version >= WITHOUT_SECURITY_MANAGER:
        log.warning(
            "Java %s can't keep the engine to this machine: port open on all addresses. Use Java 17 to 23.",
            java.version,
        )
        return []
    flags = ["-Djava.security.manager", f"-Djava.security.policy=={POLICY}"]
    return [*flags, "-Djava.net.preferIPv4Stack=true"]


def _without_sync(store: Path | None) -> list[str]:
    unsafe = store is not None and switch("PACKPROD_ENGINE_UNSAFE_SYNC", default=False)
    if unsafe and shutil.which("eatmydata") is None:
        raise CannotStart("PACKPROD_ENGINE_UNSAFE_SYNC needs `eatmydata` (Debian: apt install eatmydata).")
    return ["eatmydata"] if unsafe else []
