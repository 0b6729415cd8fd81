"""What processes use: CPU time and memory, of groups such as the engine or all web processes."""

from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import psutil

Groups = Mapping[str, list[psutil.Process]]
MEGABYTE = 1 << 20


def cpu_seconds(groups: Groups) -> dict[str, float]:
    """The CPU seconds, user and system, that the processes of each group have used so far."""
    return {name: sum(map(_cpu, processes)) for name, processes in groups.items()}


def family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants."""
    main = psutil.Process(pid)
    return [main, *main.children(recursive=True)]


def listening_on(port: int) -> list[psutil.Process]:
    """The processes with `-port PORT` in their command line, as the engine has it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            words = process.cmdline()
            if ("-port", str(port)) in pairwise(words):
                found.append(process)
    return found


def peak_megabytes(groups: Groups) -> dict[str, list[int]]:
    """The largest resident memory that each process of a group ever had (VmHWM)."""
    return {name: [_status(process, "VmHWM") for process in processes] for name, processes in groups.items()}


def megabytes_now(groups: Groups) -> dict[str, tuple[int, int]]:
    """How many processes each group has, and their memory together; shared pages count in parts (PSS)."""
    return {name: (len(processes), sum(map(_pss, processes))) for name, processes in groups.items()}


def _cpu(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        used = process.cpu_times()
        return float(used.user + used.system)
    return 0.0


def _status(process: psutil.Process, field: str) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) // 1024
    return 0


def _pss(process: psutil.Process) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) // 1024
    return 0
