"""An engine that runs only as long as one command or one test run."""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from packprod.embedded import engine
from packprod.embedded.endpoints import read_endpoints
from packprod.embedded.guard import GuardedProcess
from packprod.embedded.options import CannotStart, Options
from packprod.embedded.ownership import is_owned, marked_environment, own_data_dir
from packprod.embedded.ports import LOOPBACK, answers_http, free_port, wait_until

# The commands that read or write tables. They find the running engine by themselves; when none runs, they
# get one for their own time.
NEED_ENGINE = frozenset(
    {
        "provision_tables",
        "load_demo",
        "import_orders",
        "rebuild_read_models",
        "verify_read_models",
        "consume_stream",
        "await_caught_up",
        "replay_dead_letters",
    }
)


@contextmanager
def engine_for(arguments: Sequence[str]) -> Iterator[None]:
    """Wraps a manage.py command line. If the command needs an engine and none runs, starts one and puts its address
    into the environment, together with PACKPROD_ENGINE_IS_TEMPORARY=1. Raises CannotStart."""
    options = Options.from_environment()
    if not _needs_own_engine(arguments, options):
        yield
        return
    with ExitStack() as stack:
        _end_on_signals()
        stack.enter_context(own_data_dir(options.data_dir, purpose=f"manage.py {arguments[1]}"))
        os.environ["DYNAMODB_ENDPOINT_URL"] = stack.enter_context(
            running_engine(
                store=options.engine_store,
                log_file=options.run_dir / "engine.log",
                env=marked_environment(options.data_dir),
            )
        )
        os.environ["PACKPROD_ENGINE_IS_TEMPORARY"] = "1"
        yield


@contextmanager
def running_engine(*, store: Path | None, log_file: Path, env: dict[str, str]) -> Iterator[str]:
    """Starts an engine and yields its address; it ends with the block, or with this process.

    Its data is in the folder `store`, or in memory if that is None. Raises CannotStart.
    """
    if store is not None:
        engine.check_sqlite_file(engine.database_file(store))
    port = free_port()
    with log_file.open("wb") as log:
        process = GuardedProcess(engine.engine_command(port=port, store=store), env=env, output=log.fileno())
    try:
        wait_until(lambda: answers_http(port) or process.exit_status is not None, seconds=engine.START_SECONDS)
        if not answers_http(port):
            raise CannotStart(f"The embedded DynamoDB engine did not start; {log_file} says why.")
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.stop()


def _needs_own_engine(arguments: Sequence[str], options: Options) -> bool:
    command = arguments[1] if len(arguments) > 1 else ""
    if command not in NEED_ENGINE or options.dynamodb_endpoint_url or {"-h", "--help"} & set(arguments):
        return False
    if not is_owned(options.data_dir):
        return True
    if "DYNAMODB_ENDPOINT_URL" not in read_endpoints(options.data_dir):
        raise CannotStart(
            f"The data folder {options.data_dir} is in use by another command, or `make run` is just "
            "starting. Wait for it, then try again."
        )
    return False


def _end_on_signals() -> None:
    """Make SIGTERM and SIGHUP unwind the stack as Ctrl-C does, so that the engine is stopped on the way out."""

    def unwind(number: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, unwind)
