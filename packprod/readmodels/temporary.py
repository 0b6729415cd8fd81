"""A command that has the engine to itself does the consumer's and the workers' part too."""

import os
from collections.abc import Callable
from datetime import datetime

from packprod.readmodels.catching_up import catch_up


def catch_up_if_alone(*, clock: Callable[[], datetime], progress: Callable[[int], object] = lambda count: None) -> None:
    """Processes the stream in this process when manage.py started the engine only for this command."""
    if os.environ.get("PACKPROD_ENGINE_IS_TEMPORARY") == "1":
        catch_up(clock=clock, progress=progress)
