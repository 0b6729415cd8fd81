"""Reads field after field of what was sent and keeps every refusal, so that a sender learns all at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from packprod.errors import FieldProblem

T = TypeVar("T")
LONGEST_SHOWN = 40


class Refused(ValueError):
    """A value breaks a rule; `reason` completes a sentence that begins with the field's name."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def shown(value: object) -> str:
    """What was sent, short and printable, for a message; containers by their JSON name."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a very large number"
    return f"'{printable(value)}'" if isinstance(value, str) else printable(str(value))


def printable(text: str) -> str:
    """Text that any log, terminal or JSON reader can take: shortened, broken Unicode and controls escaped."""
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in short)


def is_blank(value: object) -> bool:
    """Whether a sender left the field empty: absent, null, or nothing but white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def json_object(value: object) -> dict[str, object]:
    """The value where it is a JSON object."""
    if not isinstance(value, dict):
        raise Refused("invalid", f"must be an object, not {shown(value)}")
    return value


class FieldReader:
    """Reads the fields of one JSON object; `problems` is shared by all readers of one order."""

    def __init__(self, source: Mapping[str, object], problems: list[FieldProblem], *, path: str = "") -> None:
        self.source = source
        self.problems = problems
        self.path = path

    def optional(self, name: str, parse: Callable[[object], T], default: T) -> T:
        """The parsed field; the default where it is absent or null."""
        value = self.source.get(name)
        return default if value is None else self.parsed(name, value, parse, default)

    def required(self, name: str, parse: Callable[[object], T], stand_in: T) -> T:
        """The parsed field; a missing one is a problem, and the stand-in lets the reading go on."""
        value = self.source.get(name)
        if not is_blank(value):
            return self.parsed(name, value, parse, stand_in)
        self.refuse(name, Refused("required", "is required"))
        return stand_in

    def parsed(self, name: str, value: object, parse: Callable[[object], T], stand_in: T) -> T:
        """The parsed value; a refusal is kept as a problem of the named field."""
        try:
            return parse(value)
        except Refused as refusal:
            self.refuse(name, refusal)
            return stand_in

    def refuse(self, name: str, refusal: Refused) -> None:
        """Keeps a problem under the field's dotted path."""
        field = f"{self.path}{printable(name)}" or "order"
        self.problems.append(FieldProblem(field, refusal.code, f"{field} {refusal.reason}."))
