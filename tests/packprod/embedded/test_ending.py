"""A part that has done its work ends at once: a machine that is busy would kill it otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from packprod.configuration import BASE_DIR
from tests.packprod.embedded.stack import environment

_TELL_CPU_AT_THE_END = """
import atexit, os, runpy, sys
atexit.register(lambda: print(sum(os.times()[:2]), flush=True))
from django.utils.module_loading import import_string
import_string("packprod.wsgi.application")
import_string("packprod.dynamodb.client.dynamodb")()
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("command", [["manage", "help"], ["celery", "--app=packprod", "report"]])
def test_leaving_python_costs_nothing(tmp_path: Path, command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _TELL_CPU_AT_THE_END, *command],
        cwd=BASE_DIR,
        env=environment(tmp_path, 1),
        stdout=subprocess.PIPE,
        text=True,
    ) as part:
        assert part.stdout is not None
        at_the_end = float(part.stdout.read().splitlines()[-1])
        _, part.returncode, used = os.wait4(part.pid, 0)
    assert part.returncode == 0
    assert used.ru_utime + used.ru_stime - at_the_end < 0.2  # 0.4 s and more without, 0.03 s with
