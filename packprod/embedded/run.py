"""One run from start to end: storage, set-up, application, ready; then, on a signal, the same in reverse."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.conf import settings

from packprod.embedded import engine, valkey
from packprod.embedded.demo import DemoData
from packprod.embedded.endpoints import LOCAL_KEY, write_endpoints
from packprod.embedded.manager import Manager, run_step
from packprod.embedded.options import CannotStart, Options
from packprod.embedded.output import Output
from packprod.embedded.ownership import marked_environment, own_data_dir
from packprod.embedded.parts import WORKERS, application_parts, manage, part_environment, storage_parts
from packprod.embedded.ports import LOOPBACK, answers_http, free_port, is_free, wait_until
from packprod.embedded.presenters import presenter_for_stdout

STEP_ATTEMPTS = 2  # every step may be repeated; one whose engine was killed under it succeeds then
WEB_SECONDS = 120.0


def run() -> None:
    """Run until a signal arrives. Raises CannotStart or ImproperlyConfigured, saying what to do, if that fails."""
    options = Options.from_environment()
    if not is_free(options.port):
        raise CannotStart(f"Port {options.port} is in use: set PORT to another one (PORT=8001 make run).")
    _stop_on_signals()
    with ExitStack() as stack:
        stack.enter_context(own_data_dir(options.data_dir, purpose="make run"))
        _check_settings()
        engine.check_sqlite_file(engine.database_file(options.engine_store))
        engine.check_sqlite_file(options.data_dir / "packprod.sqlite3")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="packprod-")))
        Run(options, folder=folder, stack=stack).until_stopped()


class Run:
    """One run. Everything it starts is ended when `stack` unwinds."""

    def __init__(self, options: Options, *, folder: Path, stack: ExitStack) -> None:
        self._options = options
        shutil.rmtree(options.metrics_dir, ignore_errors=True)  # figures count from this start
        self._env = part_environment(marked_environment(options.data_dir), options)
        self._demo = DemoData(options)
        self._engine_port, self._redis_port = free_port(), free_port()
        self._presenter = presenter_for_stdout(options.data_dir)
        stack.callback(self._presenter.close)
        self._output = Output(folder, self._presenter)
        stack.callback(self._output.close)
        self._setup_pipe = self._output.pipe("setup")
        parts = storage_parts(options, engine_port=self._engine_port, redis_port=self._redis_port)
        self._manager = Manager(
            [*parts, *application_parts(options)], folder=folder, output=self._output, env=self._env
        )
        stack.callback(self._stop)

    def until_stopped(self) -> None:
        """Start everything, say that it is ready, and wait for a signal. Raises CannotStart if a step fails, or later
        if the process manager is killed, as nothing would restart a dead part then."""
        with self._presenter.step("Database engine and Redis"):
            self._await_storage()
        write_endpoints(self._options.data_dir, self._endpoints())
        with self._presenter.step("Tables, static files, logins"):
            self._manage("prepare_run")
        self._manager.start_application()
        if self._demo.is_due:
            with self._presenter.step("Demo orders"):
                self._manage("load_demo", "--progress-lines")
            self._demo.loaded()
        with self._presenter.step("Figures of all orders"):
            self._manage("await_caught_up")
        with self._presenter.step("Web, workers, schedule and stream consumer"):
            self._await_application()
        self._welcome()
        starter = os.getppid()
        while self._manager.is_alive() and not _abandoned(starter):
            time.sleep(0.5)
        if not self._manager.is_alive():
            raise CannotStart("The process manager was killed, so PackProd stops. Start it again: make run.")

    def _await_storage(self) -> None:
        if not self._options.dynamodb_endpoint_url:
            self._await(
                lambda: answers_http(self._engine_port),
                engine.START_SECONDS,
                "engine",
                self._options.engine_store,
            )
        if not self._options.redis_url:
            self._await(
                lambda: valkey.answers_ping(self._redis_port),
                valkey.START_SECONDS,
                "redis",
                self._options.redis_store,
            )

    def _await(self, ready: Callable[[], bool], seconds: float, part: str, store: Path) -> None:
        if not wait_until(lambda: ready() or not self._manager.is_alive(), seconds=seconds) or not ready():
            self._presenter.explain(part, "manager")
            raise CannotStart(
                f"The part `{part}` did not start; its lines above say why. If its data is damaged, "
                f"restore {store} from a copy, or move it away to start with an empty one."
            )

    def _await_application(self) -> None:
        if not wait_until(self._serves, seconds=WEB_SECONDS):
            self._presenter.explain()
            raise CannotStart("PackProd did not become ready; the lines above say why.")

    def _serves(self) -> bool:
        return (
            self._manager.all_running()
            and answers_http(self._options.port, "/readyz", status=200)
            and valkey.workers_waiting(self._endpoints()["REDIS_URL"]) >= WORKERS
        )

    def _manage(self, *command: str) -> None:
        for _attempt in range(STEP_ATTEMPTS):
            self._await_storage()
            if run_step(manage(*command), pipe=self._setup_pipe, env=self._env):
                return
        self._presenter.explain("setup")
        raise CannotStart(f"`manage.py {command[0]}` failed twice; its lines above say why.")

    def _welcome(self) -> None:
        greeting = self._options.run_dir / "greeting"
        self._presenter.ready(
            address=f"http://{LOOPBACK}:{self._options.port}",
            greeting=greeting.read_text().splitlines() if greeting.exists() else [],
        )

    def _stop(self) -> None:
        with self._presenter.stopping():
            self._manager.stop()

    def _endpoints(self) -> dict[str, str]:
        """The lines of endpoints.env. Keys are among them only for the embedded engine, which accepts any."""
        own_engine = not self._options.dynamodb_endpoint_url
        keys = {"AWS_ACCESS_KEY_ID": LOCAL_KEY, "AWS_SECRET_ACCESS_KEY": LOCAL_KEY} if own_engine else {}
        return {
            "DYNAMODB_ENDPOINT_URL": self._options.dynamodb_endpoint_url or f"http://{LOOPBACK}:{self._engine_port}",
            "REDIS_URL": self._options.redis_url or f"redis://{LOOPBACK}:{self._redis_port}/0",
            "PORT": str(self._options.port),
            **keys,
            "AWS_DEFAULT_REGION": os.environ.get("AWS_REGION") or "ap-southeast-2",
        }


def _check_settings() -> None:
    """Load Django's settings once, so that ImproperlyConfigured is raised here instead of in every part."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "packprod.settings")
    _ = settings.DEBUG  # the first look reads them all


def _abandoned(starter: int) -> bool:
    """Whether the `make` that started us was killed, so that it cannot pass on a Ctrl-C any more."""
    return "MAKELEVEL" in os.environ and os.getppid() != starter


def _stop_on_signals() -> None:
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        raise SystemExit(0)

    for number in signals:
        signal.signal(number, stop)
