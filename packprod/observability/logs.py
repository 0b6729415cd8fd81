"""Configures logging: every process writes our own lines and those of libraries to stdout, in one form.

As `json`, each line is a JSON object. As `text`, it is a short line for people, and most lines are left out.
PACKPROD_LOG_FORMAT names the form; without it, `text` in a terminal and `json` elsewhere.
"""

import json
import logging
import os
import sys
from contextlib import nullcontext
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from packprod.configuration import LogFormat
from packprod.observability.console import concerns_people, readable_on_stdout
from packprod.observability.privacy import describe_exception, hide_private_values, hide_values_of_careless_loggers


def _add_part(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Adds the process that writes the line, from PACKPROD_PART: web, worker, beat, consumer or setup under `make run`,
    `manage` where it is not set."""
    event["part"] = os.environ.get("PACKPROD_PART", "manage")
    return event


def _to_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    try:
        return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:  # half a surrogate pair or an integer over 64 bits: slower, but no line is lost
        return json.dumps(event, default=str, skipkeys=True)


def _to_text(_: WrappedLogger, __: str, event: EventDict) -> str:
    return readable_on_stdout({name: value for name, value in event.items() if not name.startswith("_")})


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_part,
]
_BEFORE_RENDERING: list[Processor] = [
    structlog.processors.ExceptionRenderer(describe_exception),
    hide_private_values,
]
_RENDERERS: dict[LogFormat, Processor] = {"json": _to_json, "text": _to_text}


class LineWriter:
    """Where our own lines end: on the stream of the handler that libraries' lines go through, and under its lock.

    A record of `logging` for each line, formatted by another library, would cost more than the line itself.
    """

    def __init__(self, name: str = "packprod") -> None:
        self.name = name

    def write(self, line: str) -> None:
        """Writes a line in one piece."""
        handler = _stdout()
        with handler.lock or nullcontext():
            handler.stream.write(f"{line}\n")
            handler.flush()

    debug = info = warning = warn = error = critical = exception = log = msg = write


def _stdout() -> "logging.StreamHandler[TextIO]":
    for handler in logging.getLogger().handlers:
        if handler.name == "stdout" and isinstance(handler, logging.StreamHandler):
            return handler
    return logging.StreamHandler(sys.stdout)  # before logging is configured


def _only_for_people(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    if not concerns_people(event):
        raise structlog.DropEvent
    return event


def logging_config(*, form: LogFormat, level: str = "INFO") -> dict[str, Any]:
    """The dictConfig for Django's LOGGING. It configures structlog too, so that both share one handler.

    In the form `text`, the level DEBUG shows every line; any other level shows only the lines that concern people.
    """
    for_people = form == "text" and level != "DEBUG"
    structlog.configure(
        processors=[*_SHARED, *([_only_for_people] if for_people else []), *_BEFORE_RENDERING, _RENDERERS[form]],
        logger_factory=LineWriter,
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {form: {"()": lambda: _formatter(form)}},
        "filters": {"exceptions": {"()": lambda: _has_exception}, "people": {"()": lambda: _concerns_people}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": form,
                "filters": ["people"] if for_people else [],
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": _quiet_loggers(),
    }


def _formatter(form: LogFormat) -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        processors=[*_BEFORE_RENDERING, _RENDERERS[form]],
        foreign_pre_chain=[*_SHARED, hide_values_of_careless_loggers],
        pass_foreign_args=True,
    )


def _concerns_people(record: logging.LogRecord) -> bool:
    fields = record.msg if isinstance(record.msg, dict) else {}
    return concerns_people({**fields, "level": record.levelname.lower(), "logger": record.name})


def _has_exception(record: Any) -> bool:
    return bool(record.exc_info)


def _quiet_loggers() -> dict[str, Any]:
    """Settings for loggers that would repeat our own request line, with addresses in it, or that talk too much."""
    return {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"filters": ["exceptions"]},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        "axes": {"level": "WARNING"},
        "gunicorn.access": {"level": "CRITICAL"},
        "botocore": {"level": "WARNING"},
        "pynamodb": {"level": "WARNING"},
        "urllib3": {"level": "ERROR"},
    }
