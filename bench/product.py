"""Starts the whole product with `make run`, as a user would, and checks afterwards that all of it has ended."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import psutil

from bench.access import Access
from bench.environment import CHECKOUT, clean_environment, free_port, tail
from bench.parts import Parts
from bench.waiting import seconds_until

READY = "PackProd is ready"
FIRST_START_SECONDS = 900  # a new clone installs everything first
STOP_SECONDS = 45


class ProductError(Exception):
    """The product did not start or did not stop; the message ends with the tail of its log."""


class Product:
    """One `make run` with a data folder and a port of its own."""

    def __init__(self, *, data_dir: Path, checkout: Path = CHECKOUT, env: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.checkout = checkout
        self.log = data_dir.with_suffix(".log")
        self.parts = Parts(data_dir=data_dir)
        self.settings = {"PACKPROD_DATA_DIR": str(data_dir), "PACKPROD_DEMO": "0", "PACKPROD_THROTTLE": "off"}
        self.settings |= dict(env or {})
        self.start_seconds = 0.0

    @cached_property
    def base_url(self) -> str:
        """The address of the web part."""
        return f"http://127.0.0.1:{self.settings['PORT']}"

    @cached_property
    def access(self) -> Access:
        """All other ways to reach it: commands, tokens, tables, the AWS CLI."""
        return Access(base_url=self.base_url, checkout=self.checkout, data_dir=self.data_dir, settings=self.settings)

    def start(self) -> float:
        """Starts it and waits until it says that it is ready; returns the seconds. Raises ProductError."""
        self.settings.setdefault("PORT", str(free_port()))
        self.data_dir.mkdir(parents=True, exist_ok=True)
        already = self._ready_lines()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                ["make", "run"],
                cwd=self.checkout,
                env=clean_environment(**self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = time.monotonic()
        seconds_until(lambda: self._ready_lines() > already or self._ended(), within=FIRST_START_SECONDS, every=0.1)
        if self._ready_lines() <= already:
            self._kill_leftovers()
            raise ProductError(f"`make run` did not become ready:\n{tail(self.log)}")
        self.start_seconds = time.monotonic() - started
        return self.start_seconds

    def stop(self, *, by_ctrl_c: bool = False) -> float:
        """Sends SIGTERM to `make`, or does what Ctrl-C in a terminal does; returns the seconds until all has ended.

        Raises ProductError if a process is left.
        """
        started = time.monotonic()
        if by_ctrl_c:
            os.killpg(self._process.pid, signal.SIGINT)
        else:
            self._process.terminate()
        seconds_until(lambda: self._ended() and not self.parts.all(), within=STOP_SECONDS, every=0.1)
        left = self._kill_leftovers()
        if left:
            raise ProductError(f"left after the signal to stop: {left}\n{tail(self.log)}")
        return time.monotonic() - started

    def kill(self) -> None:
        """Kills every process at once with SIGKILL."""
        self._kill_leftovers()

    def _ended(self) -> bool:
        return self._process.poll() is not None

    def _ready_lines(self) -> int:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return sum(line.strip().endswith(READY) for line in lines)

    def _kill_leftovers(self) -> list[str]:
        left = self.parts.all()
        names = [f"{process.pid} {' '.join(process.cmdline())[:120]}" for process in left if process.is_running()]
        self.parts.kill(left)
        psutil.wait_procs(left, timeout=5)
        if not self._ended():
            self._process.kill()
        self._process.wait()
        return names


@contextlib.contextmanager
def running_product(
    *, data_dir: Path | None = None, checkout: Path = CHECKOUT, env: Mapping[str, str] | None = None
) -> Iterator[Product]:
    """Yields a started product and stops it afterwards. Without `data_dir` it runs in a temporary folder."""
    scratch = Path(tempfile.mkdtemp(prefix="packprod-bench-"))
    product = Product(data_dir=data_dir or scratch / "data", checkout=checkout, env=env)
    try:
        product.start()
        try:
            yield product
        finally:
            product.access.close()
            product.stop()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
