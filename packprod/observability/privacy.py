"""Keeps customers' data out of the log: the last step before a line is written, whoever wrote it.

Our own events carry ids and figures only. Libraries are less careful: Django logs paths, axes user names,
Celery arguments, gunicorn whole addresses. Their sentences stay, the values in them do not.
"""

import logging
import re
from collections.abc import Mapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

HIDDEN = "…"
_CARELESS_LOGGERS = ("django", "axes", "gunicorn", "celery.app.trace", "celery.worker")
_HARMLESS_VALUES = {"name", "id", "runtime", "hostname", "description"}  # what Celery calls them
_PRIVATE_FIELDS = frozenset(
    {"email", "phone", "company", "customer", "address", "username", "search", "query"}
    | {"token", "key", "authorization", "password", "cookie"}
)
_FIRST_QUOTE = re.compile("[:='\"]")
_PATTERNS = (
    re.compile(r"[^\s\"'<>=&?/]+(?:@|%40)[^\s\"'<>=&?/]+"),  # e-mail, also percent-encoded
    re.compile(r"(?i)\b(?:token|bearer|basic)\s+[\w.~+/=-]{8,}"),  # credentials
    re.compile(r"\bpp_[\w-]{8,}"),  # our own API keys
    re.compile(r"\?\S+=\S*"),  # query strings: ?search= holds names
    re.compile(r"\+\d[\d ().-]{6,}\d"),  # international phone numbers
    re.compile(r"\(?\b0\d\)?[ -]\d{4}[ -]?\d{4}\b"),  # local ones
    re.compile(r"\b04\d\d[ -]\d{3}[ -]\d{3}\b"),  # and mobiles
)


def scrub(text: str) -> str:
    """The text without what looks like an e-mail, a credential, a query string or a phone number."""
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def hide_values_of_careless_loggers(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """For lines of libraries' loggers: the sentence as it stands in their code, only numbers filled in."""
    values = event.pop("positional_args", None)
    record = event["_record"]
    if not record.name.startswith(_CARELESS_LOGGERS):
        return event
    if record.name.startswith("django.security"):
        event["event"] = "Suspicious request refused"  # its whole message quotes what was sent
    elif values:
        event["event"] = str(record.msg) % _hidden(values)
    elif record.name.startswith("gunicorn") and record.levelno >= logging.WARNING:
        event["event"] = _FIRST_QUOTE.split(str(record.msg))[0] + HIDDEN  # it formats these itself
    return event


def _hidden(values: Any) -> Any:
    if isinstance(values, Mapping):
        return {name: _shown(value, harmless=name in _HARMLESS_VALUES) for name, value in values.items()}
    return tuple(_shown(value) for value in values)


def _shown(value: Any, *, harmless: bool = False) -> Any:
    return value if harmless or isinstance(value, int | float) else HIDDEN


def hide_private_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """For every line: no field with a private name, and no text that looks private."""
    return {name: _scrubbed_field(name, value) for name, value in event.items()}


def _scrubbed_field(name: Any, value: Any) -> Any:
    return HIDDEN if name in _PRIVATE_FIELDS else _scrubbed(value)


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, Mapping):
        return {name: _scrubbed_field(name, inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_scrubbed(inner) for inner in value]
    return value
