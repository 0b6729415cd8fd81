"""One owner per data folder, and nothing that outlives its starter."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from packprod.embedded.endpoints import endpoints_file, write_endpoints
from packprod.embedded.options import CannotStart
from packprod.embedded.ownership import is_owned, marked_environment, own_data_dir
from packprod.embedded.ports import wait_until


def test_a_second_owner_is_told_who_has_it(tmp_path: Path) -> None:
    assert not is_owned(tmp_path)
    with own_data_dir(tmp_path, purpose="make run"):
        assert is_owned(tmp_path)
        with (
            pytest.raises(CannotStart, match=rf"make run.*process {os.getpid()}.*PACKPROD_DATA_DIR"),
            own_data_dir(tmp_path, purpose="another"),
        ):
            pass
    assert not is_owned(tmp_path)


def test_leftovers_of_a_killed_run_are_ended(tmp_path: Path) -> None:
    write_endpoints(tmp_path, {"PORT": "1"})
    ours = subprocess.Popen(["sleep", "60"], env=marked_environment(tmp_path))
    other = subprocess.Popen(["sleep", "60"], env=marked_environment(tmp_path / "other"))
    try:
        with own_data_dir(tmp_path, purpose="make run"):
            assert ours.poll() is not None
            assert not endpoints_file(tmp_path).exists()
            assert other.poll() is None, "another folder's run is none of our business"
    finally:
        other.kill()
        other.wait()


def test_guarded_program_ends_with_its_starter_even_after_kill_9() -> None:
    starter = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time; from packprod.embedded.guard import GuardedProcess as G; G(['sleep', '61']); time.sleep(60)",
        ]
    )

    def sleepers() -> list[psutil.Process]:
        children = psutil.Process(starter.pid).children(recursive=True)
        return [child for child in children if child.name() == "sleep"]

    assert wait_until(lambda: bool(sleepers()), seconds=10)
    sleeper = sleepers()[0]
    starter.kill()
    starter.wait()
    assert sleeper.wait(timeout=10) is None
