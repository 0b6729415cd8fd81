"""Reads settings from the environment and .env; an unusable value raises an error that names it in one sentence.

Every reader raises ImproperlyConfigured. No Django settings here: packprod.settings itself asks, and `make run`
before it.
"""

import os
import re
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, NoReturn, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
SWITCHES = {"1": True, "on": True, "true": True, "yes": True, "0": False, "off": False, "false": False, "no": False}
LogFormat = Literal["json", "text"]
env = environ.Env()
env.read_env(BASE_DIR / ".env")


def text(name: str, *, default: str = "", pattern: str = ".*", must_be: str = "") -> str:
    """Text of which all matches the regular expression; `must_be` says so in words."""
    value = str(env.str(name, default=default))
    return value if re.fullmatch(pattern, value) else _refuse(name, value, must_be)


def whole_number(name: str, *, default: int) -> int:
    """0 or more."""
    must_be = "a whole number of 0 or more"
    return int(text(name, default=str(default), pattern="[0-9]{1,9}", must_be=must_be))


def amount(name: str, *, default: str) -> Decimal:
    """Money, 0 or more."""
    value = text(name, default=default)
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    return number if number.is_finite() and number >= 0 else _refuse(name, value, "an amount of 0 or more")


def switch(name: str, *, default: bool) -> bool:
    """On or off; empty is off."""
    value = text(name, default="on" if default else "off")
    known = {**SWITCHES, "": False}
    return known[value.lower()] if value.lower() in known else _refuse(name, value, f"one of {', '.join(SWITCHES)}")


def country(name: str, *, default: str) -> str:
    """The code of a country (ISO 3166) whose phone numbers are known."""
    from phonenumbers import SUPPORTED_REGIONS  # takes a sixth of a second; `make run` does without

    value = text(name, default=default)
    return value if value in SUPPORTED_REGIONS else _refuse(name, value, "a country (ISO 3166), such as AU or GB")


def time_zone(name: str, *, default: str) -> str:
    """The name of a zone."""
    value = text(name, default=default)
    try:
        return ZoneInfo(value).key
    except (LookupError, ValueError, OSError):  # unknown, outside of the folder, or a folder
        _refuse(name, value, "a time zone such as Australia/Sydney")


def folder(name: str, *, default: str) -> Path:
    """A folder, relative to this checkout; it need not exist yet, but no file may stand in its way."""
    path = BASE_DIR / text(name, default=default)
    existing = next(one for one in (path, *path.parents) if one.exists())
    usable = existing.is_dir() and os.access(existing, os.W_OK)
    return path if usable else _refuse(name, str(path), "a folder that can be written to")


def database(name: str, *, default: str) -> dict[str, Any]:
    """Django's settings of the SQL database at an address; an empty address is the default."""
    address = text(name) or default
    if urlsplit(address).scheme not in env.DB_SCHEMES:
        _refuse(name, address, "an address such as postgres://user:password@host/name")
    return dict(env.db_url_config(address))


def dynamodb_endpoint_url() -> str:
    """DYNAMODB_ENDPOINT_URL: empty for the embedded engine, `aws`, or an address."""
    must_be = "empty, aws, or an address such as http://127.0.0.1:8000"
    return text("DYNAMODB_ENDPOINT_URL", pattern=r"|aws|https?://[^\s/]+\S*", must_be=must_be)


def redis_url() -> str:
    """REDIS_URL: empty for the embedded Redis, or an address."""
    must_be = "empty, or an address such as redis://127.0.0.1:6379/0"
    return text("REDIS_URL", pattern=r"|(rediss?|unix)://\S+", must_be=must_be)


def log_format() -> LogFormat:
    """PACKPROD_LOG_FORMAT: json, text, or empty for text in a terminal and JSON elsewhere."""
    wanted = text("PACKPROD_LOG_FORMAT", pattern="|json|text", must_be="empty, json or text")
    return cast(LogFormat, wanted or ("text" if sys.stdout.isatty() else "json"))


def _refuse(name: str, value: str, must_be: str) -> NoReturn:
    shown = re.sub("//.*@", "//…@", value)  # an address may hold a password
    raise ImproperlyConfigured(f"{name} is {shown!r}; it must be {must_be}.")
