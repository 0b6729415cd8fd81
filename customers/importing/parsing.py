"""Reads what was sent, one field at a time: texts, codes, e-mail addresses and instants; for numbers see numbers.py.

A reader parses the fields of one JSON object and collects every refusal, so that a sender learns of all problems at
once. Every text is normalised here, once (packprod/text.py); what is left empty is missing.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

import email_validator

from customers.importing.limits import DAYS_AHEAD, EARLIEST, MAX_EMAIL_LENGTH
from packprod.errors import FieldProblem
from packprod.text import is_placeholder, is_unfilled, normal_code, normal_email, normal_text

T = TypeVar("T")

_PLAIN_CODE = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
# Addresses that need no validator, which takes 150 µs: dot-atom@domain of letters, digits and single hyphens.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9]+(-[a-z0-9]+)*"
_PLAIN_EMAIL = re.compile(rf"(?=[^@]{{1,64}}@.{{1,189}}$){_ATOM}(\.{_ATOM})*@((?![^.]{{64}}){_LABEL}\.)+[a-z]{{2,63}}")
_LOCALHOST = "localhost"
_LONGEST_LOCAL_PART = 64  # octets (RFC 5321, 4.5.3.1.1); the validator counts characters
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()  # its setting for who writes to .local or tests with .test
LONGEST_SHOWN = 40
PLACEHOLDER_RULE = "which programs write in the place of a value that they do not have"
INSTANT_RULE = "must be a date and time such as 2025-10-20T10:30:00Z"


class Refused(ValueError):
    """A value breaks a rule; `reason` completes a sentence that begins with the field's name."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def shown(value: object) -> str:
    """A sent value for a message: short and printable, objects and lists only by their kind."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a very large number"
    return f"'{printable(value)}'" if isinstance(value, str) else printable(str(value))


def printable(text: str) -> str:
    """Text that is safe in logs, terminals and JSON: shortened, broken Unicode and control characters escaped."""
    short = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in short)


def is_blank(value: object) -> bool:
    """Whether a field was left empty: absent, null, or nothing that can be seen."""
    if not isinstance(value, str):
        return value is None
    return not (value and "!" <= value[0] <= "~") and not normal_text(value)


def json_object(value: object) -> dict[str, object]:
    """The value, if it is a JSON object; else it is refused."""
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

    def optional_text(self, name: str, parse: Callable[[object], T], default: T) -> T:
        """The same for a field of text, whose default also stands for what was left empty."""
        return default if is_blank(value := self.source.get(name)) else self.parsed(name, value, parse, default)

    def required(self, name: str, parse: Callable[[object], T], stand_in: T) -> T:
        """The parsed field. A missing one is a problem, and the stand-in lets parsing go on."""
        value = self.source.get(name)
        if not is_blank(value):
            return self.parsed(name, value, parse, stand_in)
        self.refuse(name, Refused("required", "is required"))
        return stand_in

    def parsed(self, name: str, value: object, parse: Callable[[object], T], stand_in: T) -> T:
        """The parsed value; a refusal becomes a problem of the named field."""
        try:
            return parse(value)
        except Refused as refusal:
            self.refuse(name, refusal)
            return stand_in

    def refuse(self, name: str, refusal: Refused) -> None:
        """Adds a problem under the field's dotted path."""
        field = f"{self.path}{printable(name)}" or "order"
        self.problems.append(FieldProblem(field, refusal.code, f"{field} {refusal.reason}."))


def text(max_length: int) -> Callable[[object], str]:
    """A parser of text of at most `max_length` characters, as it is stored; numbers are refused.

    Line breaks are white space like any other: a description is one line.
    """

    def parse(value: object) -> str:
        if not isinstance(value, str):
            raise Refused("invalid", f"must be text, not {shown(value)}")
        normal = normal_text(value)
        if len(normal) > max_length:
            raise Refused("too_long", f"has {len(normal):,} characters, at most {max_length:,} are allowed")
        refuse_unstorable(normal)
        return normal

    return parse


def refuse_unstorable(value: str, allowed: str = "") -> None:
    """Raises Refused for control characters other than those allowed, and for halves of surrogate pairs."""
    if value.isprintable():
        return
    if any(char not in allowed and unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise Refused("invalid_characters", "holds control characters or broken Unicode")


def name(max_length: int) -> Callable[[object], str]:
    """Like text, but "undefined" and what else only a program writes counts as left empty."""
    parse_text = text(max_length)

    def parse(value: object) -> str:
        normal = parse_text(value)
        return "" if is_unfilled(normal) else normal

    return parse


def digits(max_length: int) -> Callable[[object], str]:
    """Like text, but a number counts as the text of its digits (senders forget the quotes): 1001.0 is "1001"."""
    parse_text = text(max_length)

    def parse(value: object) -> str:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            number = normal_code(value)
            return parse_text(number if _PLAIN_CODE.fullmatch(number) else value)
        return parse_text(value)

    return parse


def code(max_length: int) -> Callable[[object], str]:
    """Like digits, for a reference or product code: what a program writes in the place of one is refused, or orders
    of strangers would be one."""
    parse_digits = digits(max_length)

    def parse(value: object) -> str:
        normal = parse_digits(value)
        if is_placeholder(normal):
            raise Refused("placeholder_value", f"is {shown(normal)}, {PLACEHOLDER_RULE}")
        return normal

    return parse


class Email(NamedTuple):
    """An address: `identity` is how it is compared and stored, `typed` what was sent if that is more than its case."""

    identity: str
    typed: str


NO_EMAIL = Email("", "")


def email(value: object) -> Email:
    """A valid address (RFC 5321 and 6531). Messages never show it, since they may end up in logs."""
    typed = text(MAX_EMAIL_LENGTH)(value)
    if is_placeholder(typed):
        raise Refused("placeholder_value", f"is a word {PLACEHOLDER_RULE}")
    identity = normal_email(typed)
    if not _PLAIN_EMAIL.fullmatch(identity):
        _check_email(typed)
    return Email(identity, typed if typed.lower() != identity else "")


def _check_email(address: str) -> None:
    """Raises Refused. A domain needs a dot that is not the one of a bare IP address; addresses within one's own
    network (.local, .test, localhost) and IP addresses in brackets are fine."""
    try:
        found = email_validator.validate_email(
            address,
            check_deliverability=False,
            globally_deliverable=False,
            allow_quoted_local=True,
            allow_domain_literal=True,
            strict=True,
        )
    except email_validator.EmailNotValidError as exc:
        raise Refused("invalid", "must be an e-mail address such as name@example.com") from exc
    host = found.ascii_domain
    top = host.rpartition(".")[2]
    nowhere = not host.endswith("]") and host != _LOCALHOST and (top == host or top.isdigit())
    if nowhere or len(found.local_part.encode()) > _LONGEST_LOCAL_PART:
        raise Refused("invalid", "must be an e-mail address such as name@example.com")


def one_of(choices: Sequence[str]) -> Callable[[object], str]:
    """A parser that accepts exactly one of the choices."""

    def parse(value: object) -> str:
        choice = normal_text(value) if isinstance(value, str) else value
        if isinstance(choice, str) and choice in choices:
            return choice
        raise Refused("invalid_choice", f"must be one of {', '.join(choices)}, not {shown(value)}")

    return parse


def currency_of(business_currency: str) -> Callable[[object], str]:
    """A parser that accepts only the business currency, in any case: figures never add up across currencies."""

    def parse(value: object) -> str:
        if isinstance(value, str) and normal_text(value).upper() == business_currency.upper():
            return business_currency
        reason = f"must be {business_currency}, the only currency of this shop, not {shown(value)}"
        raise Refused("currency_not_supported", reason)

    return parse


def instant(now: datetime, *, days_ahead: int = DAYS_AHEAD) -> Callable[[object], datetime]:
    """A parser of ISO 8601 with an offset, from EARLIEST to `days_ahead` after `now`, into aware UTC."""

    def parse(value: object) -> datetime:
        moment = _iso_moment(value)
        if moment.tzinfo is None:
            raise Refused("offset_required", f"needs an offset such as Z or +10:00, and is {shown(value)}")
        if not EARLIEST <= moment <= now + timedelta(days=days_ahead):
            latest = "a year" if days_ahead == DAYS_AHEAD else "a day"
            reason = f"must lie between {EARLIEST.year} and {latest} from now, and is {shown(value)}"
            raise Refused("out_of_range", reason)
        return moment.astimezone(UTC)

    return parse


def _iso_moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise Refused("invalid", f"{INSTANT_RULE}, not {shown(value)}")
    try:
        return datetime.fromisoformat(normal_text(value).upper())
    except ValueError as exc:
        raise Refused("invalid", f"{INSTANT_RULE}, not {shown(value)}") from exc
