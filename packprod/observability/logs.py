"""One JSON object a line on stdout, the same for web, worker, consumer and commands, ours and libraries'."""

import json
import os
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from packprod.observability.privacy import hide_private_values, hide_values_of_careless_loggers
from packprod.observability.tracebacks import describe_exception


def _add_part(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Which process speaks: the process manager names it in PACKPROD_PART (web, worker, beat, stream)."""
    event["part"] = os.environ.get("PACKPROD_PART", "manage")
    return event


def _to_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    event.pop("_record", None)
    event.pop("_from_structlog", None)
    try:
        return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:  # half a surrogate pair or an integer over 64 bits: slower, but no line is lost
        return json.dumps(event, default=str, skipkeys=True)


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_part,
]
_LAST: list[Processor] = [
    structlog.processors.ExceptionRenderer(describe_exception),
    hide_private_values,
    _to_json,
]


def logging_config(*, level: str = "INFO") -> dict[str, Any]:
    """The dictConfig for Django's LOGGING. Configures structlog too, so that both share one handler."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _formatter}},
        "filters": {"exceptions": {"()": lambda: _has_exception}},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": _quiet_loggers(),
    }


def _formatter() -> structlog.stdlib.ProcessorFormatter:
    return structlog.stdlib.ProcessorFormatter(
        processors=_LAST,
        foreign_pre_chain=[*_SHARED, hide_values_of_careless_loggers],
        pass_foreign_args=True,
    )


def _has_exception(record: Any) -> bool:
    return bool(record.exc_info)


def _quiet_loggers() -> dict[str, Any]:
    """Loggers that would say what our own request line says already, only with addresses in it."""
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
