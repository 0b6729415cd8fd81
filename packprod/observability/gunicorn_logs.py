"""Gives gunicorn's own log lines the same form as all others.

gunicorn logs before Django's settings are loaded and never through the root logger, so it needs a logger class:
`gunicorn --logger-class packprod.observability.gunicorn_logs.JsonLogger`. Its access log is off, because it would
contain query strings; our own request line has what is needed.
"""

import logging.config
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn has no types

from packprod.configuration import log_format
from packprod.observability.logs import logging_config


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Sends gunicorn's error log through the root logger's handler, and has no access log."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        logging.config.dictConfig(logging_config(form=log_format()))
        self.error_log.propagate = True
        self.error_log.setLevel(self.LOG_LEVELS.get(cfg.loglevel.lower(), logging.INFO))

    @property
    def access_log_enabled(self) -> bool:
        return False

    def access(self, *args: Any, **kwargs: Any) -> None:
        """Does nothing, as the access log is off."""
