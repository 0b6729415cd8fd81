"""gunicorn's own lines in the shape of all others.

Used as `gunicorn --logger-class packprod.observability.gunicorn_logs.JsonLogger`: gunicorn speaks before
Django's settings are loaded and never through the root logger, hence a class of its own.
Its access log stays off: it would hold query strings, and the request line of ours has what is needed.
"""

import logging.config
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # gunicorn has no types

from packprod.configuration import log_format
from packprod.observability.logs import logging_config


class JsonLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Sends gunicorn's error log through the root logger's handler; no access log."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        logging.config.dictConfig(logging_config(form=log_format()))
        self.error_log.propagate = True
        self.error_log.setLevel(self.LOG_LEVELS.get(cfg.loglevel.lower(), logging.INFO))

    @property
    def access_log_enabled(self) -> bool:
        return False

    def access(self, *args: Any, **kwargs: Any) -> None:
        """Says nothing: see the module's text."""
