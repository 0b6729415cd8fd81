"""The process manager: supervisor with a configuration written here, controlled over its socket.

Chosen over circus after reading both: circus drops a SIGTERM that arrives while it is respawning something,
and forgets a part that dies between two of its checks. Supervisor respawns without limit, ends process
groups whole, and stops in order.
"""

import configparser
import os
import secrets
import shlex
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]  # supervisor has no types

from packprod.configuration import BASE_DIR
from packprod.embedded.guard import GuardedProcess
from packprod.embedded.options import CannotStart
from packprod.embedded.output import Output
from packprod.embedded.parts import APPLICATION, COPY, Part
from packprod.embedded.ports import wait_until


class Manager:
    """Runs `parts` under supervisor, from construction to stop().

    `folder` is private to this user and its path is short, because supervisor's socket lies in it.
    """

    def __init__(self, parts: list[Part], *, folder: Path, output: Output, env: dict[str, str]) -> None:
        self._parts = parts
        password = secrets.token_urlsafe()
        socket = folder / "socket"
        config = folder / "supervisord.conf"
        config.touch(mode=0o600)
        config.write_text(_config(parts, output=output, socket=socket, password=password))
        with output.pipe("manager").open("wb") as pipe:
            self._process = GuardedProcess(
                [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(config)],
                env=env,
                output=pipe.fileno(),
            )
        transport = SupervisorTransport("packprod", password, f"unix://{socket}")
        self._rpc: Any = ServerProxy("http://127.0.0.1", transport=transport)
        if not wait_until(lambda: socket.exists() or not self.is_alive(), seconds=20) or not self.is_alive():
            raise CannotStart("The process manager did not start; its lines above say why.")

    def is_alive(self) -> bool:
        """Whether supervisor itself still runs; once it has been killed, no part is restarted any more."""
        return self._process.exit_status is None

    def start_application(self) -> None:
        """Start the parts that have been waiting for the tables."""
        self._rpc.supervisor.startProcessGroup(APPLICATION, False)

    def all_running(self) -> bool:
        """Whether every part runs now."""
        try:
            return all(part["statename"] == "RUNNING" for part in self._rpc.supervisor.getAllProcessInfo())
        except (Fault, OSError):
            return False

    def stop(self) -> None:
        """Stop every part, the application first, and wait until all have ended."""
        self._process.stop()


def run_step(command: list[str], *, pipe: Path, env: dict[str, str]) -> bool:
    """Run one command of the set-up, its output going into the pipe; returns whether it succeeded."""
    with pipe.open("wb") as output:
        step = subprocess.run(
            command,
            cwd=BASE_DIR,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
        )
    return step.returncode == 0


def _config(parts: list[Part], *, output: Output, socket: Path, password: str) -> str:
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "nodaemon": "true",
        "logfile": "/dev/null",  # it says the same on stdout, which is the pipe `manager`
        "logfile_maxbytes": "0",
        "pidfile": str(socket.with_name("pid")),
        "loglevel": "warn",
        "directory": str(BASE_DIR).replace("%", "%%"),
        "user": str(os.getuid()),  # unnamed, supervisor complains to root
    }
    config["unix_http_server"] = {
        "file": str(socket),
        "chmod": "0600",
        "username": "packprod",
        "password": password,
    }
    config["rpcinterface:supervisor"] = {
        "supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"
    }
    for part in parts:
        config[f"program:{part.name}"] = _program(part, output.pipe(part.name))
    for name in dict.fromkeys(part.group for part in parts):
        members = [part for part in parts if part.group == name]
        programs = ",".join(part.name for part in members)
        config[f"group:{name}"] = {"programs": programs, "priority": str(members[0].priority)}
    text = StringIO()
    config.write(text)
    return text.getvalue()


def _program(part: Part, pipe: Path) -> dict[str, str]:
    return {
        "command": shlex.join(part.command).replace("%", "%%").replace(COPY, "%(process_num)d"),
        "numprocs": str(part.copies),
        "process_name": "%(program_name)s-%(process_num)d" if part.copies > 1 else "%(program_name)s",
        "autostart": str(part.starts_at_once).lower(),
        "autorestart": "true",
        "environment": f'PACKPROD_PART="{part.name}"',  # log lines carry it
        "startsecs": "0",  # counts as started at once, so that a quick end is never "gave up" but tried again
        "startretries": "1000000",
        "stopwaitsecs": str(part.stop_seconds),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": str(pipe),
        "stdout_logfile_maxbytes": "0",
    }
