"""Reads what was sent, one field at a time: texts, codes, numbers, money and instants.

A reader parses the fields of one JSON object and collects every refusal, so that a sender learns of all problems at
once. Values are exact: no binary floats, no rounding.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from customers.importing.limits import DAYS_AHEAD, EARLIEST, MAX_EMAIL_LENGTH, MAX_MONEY, MAX_QUANTITY, MONEY_DECIMALS
from packprod.errors import FieldProblem
from packprod.money import CENT
from packprod.text import normal_email

T = TypeVar("T")

PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
NON_ASCII = re.compile(r"[^\x00-\x7f]")
LONGEST_SHOWN = 40
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
    """Whether a field was left empty: absent, null, or nothing but white space."""
    return value is None or (isinstance(value, str) and not value.strip())


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


def text(max_length: int, *, line_breaks: bool = False) -> Callable[[object], str]:
    """A parser of trimmed text of at most `max_length` characters; numbers are refused."""
    allowed = "\t\n\r" if line_breaks else ""

    def parse(value: object) -> str:
        if not isinstance(value, str):
            raise Refused("invalid", f"must be text, not {shown(value)}")
        trimmed = value.strip()
        if len(trimmed) > max_length:
            raise Refused("too_long", f"has {len(trimmed):,} characters, at most {max_length:,} are allowed")
        refuse_unstorable(trimmed, allowed)
        return trimmed

    return parse


def refuse_unstorable(value: str, allowed: str = "") -> None:
    """Raises Refused for control characters other than those allowed, and for halves of surrogate pairs."""
    if value.isprintable():
        return
    if any(char not in allowed and unicodedata.category(char) in ("Cc", "Cs") for char in value):
        raise Refused("invalid_characters", "holds control characters or broken Unicode")


def code(max_length: int) -> Callable[[object], str]:
    """Like text, but a plain number counts as the text of its digits (senders forget the quotes)."""
    parse_text = text(max_length)

    def parse(value: object) -> str:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            digits = str(Decimal(value))
            return parse_text(digits if PLAIN_NUMBER.fullmatch(digits) else value)
        return parse_text(value)

    return parse


def email(value: object) -> str:
    """A valid address, normalised for comparison. Messages never show it, since they may end up in logs."""
    address = normal_email(text(MAX_EMAIL_LENGTH)(value))
    if not address:
        return ""
    local, at, domain = address.rpartition("@")
    try:
        # Django takes letters of any script after the @ only; RFC 6531 and our customers have them before it.
        validate_email(NON_ASCII.sub("x", local) + at + domain)
    except ValidationError as exc:
        raise Refused("invalid", "must be an e-mail address such as name@example.com") from exc
    if not address.isprintable():
        raise Refused("invalid_characters", "holds invisible characters")
    return text(MAX_EMAIL_LENGTH)(address)  # case-folding may lengthen it


def one_of(choices: Sequence[str]) -> Callable[[object], str]:
    """A parser that accepts exactly one of the choices."""

    def parse(value: object) -> str:
        choice = value.strip() if isinstance(value, str) else value
        if isinstance(choice, str) and choice in choices:
            return choice
        raise Refused("invalid_choice", f"must be one of {', '.join(choices)}, not {shown(value)}")

    return parse


def currency_of(business_currency: str) -> Callable[[object], str]:
    """A parser that accepts only the business currency, in any case: figures never add up across currencies."""

    def parse(value: object) -> str:
        if isinstance(value, str) and value.strip().upper() == business_currency.upper():
            return business_currency
        reason = f"must be {business_currency}, the only currency of this shop, not {shown(value)}"
        raise Refused("currency_not_supported", reason)

    return parse


def number(value: object) -> Decimal:
    """A finite number, sent as a JSON number or as text of plain digits; a binary float is refused."""
    if isinstance(value, str) and PLAIN_NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, str):
        hint = "without currency sign, thousands separator or exponent"
        raise Refused("invalid", f"must be a plain number such as 1234.50, {hint}, not {shown(value)}")
    if isinstance(value, float):
        raise Refused("invalid", "must be an exact number, and a binary float is not: send it as a string")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused("invalid", f"must be a number, not {shown(value)}")
    result = Decimal(value)
    if not result.is_finite():
        raise Refused("invalid", f"must be a number, not {result}")
    return result


def money(value: object) -> Decimal:
    """An amount from 0 to MAX_MONEY in whole cents; further decimals are refused, never rounded."""
    amount = number(value)
    if amount < 0:
        raise Refused("min_value", f"must not be below 0, and is {shown(value)}")
    if amount > MAX_MONEY:
        raise Refused("max_value", f"must be at most {MAX_MONEY:,}")
    cents = amount.quantize(CENT)
    if cents != amount:
        raise Refused("max_decimal_places", f"must have at most {MONEY_DECIMALS} decimals, not {shown(value)}")
    return abs(cents)  # minus zero is zero


def quantity(value: object) -> int:
    """A whole number of pieces from 1 to MAX_QUANTITY; 100, "100" and 100.0 are the same."""
    pieces = number(value)
    if pieces <= 0:
        raise Refused("not_positive", f"must be above 0, and is {shown(value)}")
    if pieces > MAX_QUANTITY:
        raise Refused("max_value", f"must be at most {MAX_QUANTITY:,}")
    if pieces != pieces.to_integral_value():
        raise Refused("invalid", f"must be a whole number, not {shown(value)}")
    return int(pieces)


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
        return datetime.fromisoformat(value.strip().upper())
    except ValueError as exc:
        raise Refused("invalid", f"{INSTANT_RULE}, not {shown(value)}") from exc
