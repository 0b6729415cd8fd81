"""Reads text fields: trimmed, bounded, free of what no screen or database can show."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from customers.importing.fields import Refused, shown
from customers.importing.numbers import PLAIN_NUMBER
from packprod.text import normal_email

MAX_EMAIL_LENGTH = 254

NON_ASCII = re.compile(r"[^\x00-\x7f]")


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
    """Raises Refused for control characters (but those allowed) and for halves of surrogate pairs."""
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
    """A valid address, trimmed, case-folded, composed; never shown in messages, which may end in logs."""
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
    """A parser that takes the choices only, spelt as they are."""

    def parse(value: object) -> str:
        choice = value.strip() if isinstance(value, str) else value
        if isinstance(choice, str) and choice in choices:
            return choice
        raise Refused("invalid_choice", f"must be one of {', '.join(choices)}, not {shown(value)}")

    return parse


def currency_of(business_currency: str) -> Callable[[object], str]:
    """A parser that takes the business currency only, in any case: figures never add across currencies."""

    def parse(value: object) -> str:
        if isinstance(value, str) and value.strip().upper() == business_currency.upper():
            return business_currency
        reason = f"must be {business_currency}, the only currency of this shop, not {shown(value)}"
        raise Refused("currency_not_supported", reason)

    return parse
