"""The log as a person reads it in a terminal: which lines are shown, and each as time, part and sentence.

The lines are those of the JSON log, after the same privacy rules; what is not shown here is in the JSON log.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from packprod.configuration import BASE_DIR
from packprod.terminal import DIM, GREEN, RED, YELLOW, columns, has_colour, painted, width_of

REQUEST_LOGGER = "packprod.request"
_PROBES = frozenset({"healthz", "readyz", "metrics", "unmatched"})  # unmatched and found: a static file
_STYLES = {"warning": YELLOW, "error": RED, "critical": RED}
_USUAL_FIELDS = frozenset({"event", "level", "timestamp", "part", "logger", "exception", "request_id"})
_ROUTE_PATTERN = re.compile(r"\(\?P(<\w+>)[^()]*\)|<\w+:(\w+)>")
_MOST_FRAMES = 6
_EXPECTED = "packprod.errors."  # what these say is enough: nobody needs to know where they were raised
_LIBRARY = re.compile(r".*/(?:site-packages|lib/python[\d.]+)/")


def concerns_people(event: Mapping[str, Any]) -> bool:
    """Whether a person sees this line: a warning or worse, or a request. Probes and static files count only if they
    were answered with an error."""
    if event.get("level") in _STYLES:
        return True
    if event.get("logger") != REQUEST_LOGGER:
        return False
    return _route(event) not in _PROBES or event.get("status", 0) >= 400


def readable(event: Mapping[str, Any], *, colour: bool, width: int | None) -> str:
    """A log line as text for a person; the sentence is wrapped at `width`, never if that is None."""
    text = _request(event, colour=colour) if event.get("logger") == REQUEST_LOGGER else _sentence(event)
    return columns(
        str(event.get("part", "")),
        text,
        at=_moment(event),
        style=_STYLES.get(str(event.get("level")), ""),
        colour=colour,
        width=None if event.get("logger") == REQUEST_LOGGER else width,
    )


def readable_on_stdout(event: Mapping[str, Any]) -> str:
    """`readable` with the colour and width of this process's own stdout."""
    return readable(event, colour=has_colour(sys.stdout), width=width_of(sys.stdout))


def _request(event: Mapping[str, Any], *, colour: bool) -> str:
    status = int(event.get("status", 0))
    style = RED if status >= 500 else YELLOW if status >= 400 else GREEN
    ms = painted(f"{round(event.get('ms', 0))} ms", DIM, colour=colour)
    route = _route(event)
    address = "(no such address)" if route == "unmatched" else f"/{route}"
    return f"{painted(str(status), style, colour=colour)} {event.get('method')} {address}  {ms}"


def _route(event: Mapping[str, Any]) -> str:
    """The request's route without the notation of regular expressions; `unmatched` for a catch-all."""
    named = _ROUTE_PATTERN.sub(_name_of_group, str(event.get("route", "")))
    return "unmatched" if "(?:" in named else named.strip("^$").replace("\\", "").removesuffix("?").rstrip("/")


def _name_of_group(found: re.Match[str]) -> str:
    return found.group(1) or f"<{found.group(2)}>"


def _sentence(event: Mapping[str, Any]) -> str:
    """The event, then the fields whose values it does not contain, then the exception if there is one."""
    sentence = str(event.get("event", ""))
    values = {name: _value(value) for name, value in event.items() if name not in _USUAL_FIELDS}
    fields = [f"{name}={value}" for name, value in values.items() if value not in sentence]
    return "\n".join(["  ".join([sentence, *fields]), *_exceptions(event)])


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _exceptions(event: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the exception and its frames, then one line for each cause. The JSON log has every frame of each."""
    described = event.get("exception")
    if not isinstance(described, list):
        yield from [f"  {described}"] if described else []
        return
    for number, exc in enumerate(described):
        frames = _shown_frames(exc.get("frames", []))
        if number == 0:
            yield f"  {_in_words(exc)}"
            if not str(exc.get("type")).startswith(_EXPECTED):
                yield from (f"    {frame}" for frame in frames[-_MOST_FRAMES:])
        else:
            yield f"  caused by {_in_words(exc)}{f' ({frames[-1]})' if frames else ''}"


def _in_words(exc: Mapping[str, Any]) -> str:
    message = f": {exc['message']}" if exc.get("message") else ""
    return f"{str(exc.get('type')).removeprefix('builtins.')}{message}"


def _shown_frames(frames: list[str]) -> list[str]:
    """The frames in our own code, and the last frame wherever it is."""
    ours = [frame.removeprefix(f"{BASE_DIR}/") for frame in frames if not _LIBRARY.match(frame)]
    last = frames[-1:] if frames and _LIBRARY.match(frames[-1]) else []
    return [*ours, *(_LIBRARY.sub("", frame) for frame in last)]


def _moment(event: Mapping[str, Any]) -> datetime | None:
    stamp = event.get("timestamp")
    return datetime.fromisoformat(stamp.replace("Z", "+00:00")) if isinstance(stamp, str) else None
