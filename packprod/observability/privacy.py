"""Keeps customers' data out of the log. Every line passes through here just before it is written.

Our own events contain only ids and figures. Libraries are less careful: Django logs paths, axes user names, Celery
arguments, gunicorn whole addresses. Their sentences are kept, the values in them are not. Of an exception, its type
and frames are logged, and its message only if that cannot contain a customer's data.
"""

import logging
import re
import traceback
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from structlog.typing import EventDict, WrappedLogger

from packprod.errors import EngineUnavailable

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
_PHONE = re.compile(r"0\d\)?[ -]\d{4}|04\d\d[ -]\d{3}")
_PLAIN = frozenset({str, int, float, bool, type(None)})
_CREDENTIALS = ("token", "bearer", "basic", "pp_")


def scrub(text: str) -> str:
    """The text with everything hidden that looks like an e-mail, a credential, a query string or a phone number."""
    if _looks_harmless(text):
        return text
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text


def _looks_harmless(text: str) -> bool:
    """Whether the text lacks what each of the patterns needs; it takes a twentieth of the time of trying them."""
    if "@" in text or "%40" in text or "+" in text or ("?" in text and "=" in text):
        return False
    small = text.lower()
    return not any(word in small for word in _CREDENTIALS) and _PHONE.search(text) is None


def hide_values_of_careless_loggers(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """For lines of libraries' loggers: keeps the sentence as it stands in their code and fills in only numbers."""
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
    """For every line: hides the fields with private names, and whatever looks private in the others."""
    if _PRIVATE_FIELDS.isdisjoint(event) and _PLAIN.issuperset(map(type, event.values())):
        texts = "\n".join([value for value in event.values() if type(value) is str])
        if _looks_harmless(texts):
            return event
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


# --- Exceptions -------------------------------------------------------------------------------------------------

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

# Their messages speak of code, files and connections. Any other (ValueError, KeyError, IntegrityError …) may
# quote a name or an e-mail, so only its type and place are logged.
_SPEAKABLE = (ImportError, NameError, AttributeError, OSError, EngineUnavailable)
_MOST_FRAMES = 25
_MOST_CAUSES = 5


def describe_exception(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """The exception, then its causes, each with its `type`, its `frames` (file:line function) and, if that is harmless,
    its `message`."""
    described: list[dict[str, Any]] = []
    exc: BaseException | None = exc_info[1]
    while exc is not None and len(described) < _MOST_CAUSES:
        described.append(_describe_one(exc))
        exc = exc.__cause__ or (None if exc.__suppress_context__ else exc.__context__)
    return described


def _describe_one(exc: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(exc.__traceback__)[-_MOST_FRAMES:]
    described: dict[str, Any] = {
        "type": f"{type(exc).__module__}.{type(exc).__qualname__}",
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    if isinstance(exc, _SPEAKABLE):
        described["message"] = str(exc)
    return described
