"""The quick way for plain e-mail addresses says what the validator says."""

import time

import email_validator
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.importing.parsing import _PLAIN_EMAIL, email

_LOCAL = st.from_regex(r"[a-z0-9.+_'!#-]{1,66}", fullmatch=True)
_DOMAIN = st.from_regex(r"([a-z0-9-]{1,65}\.){1,4}[a-z0-9-]{1,6}", fullmatch=True)


@given(st.emails() | st.builds("{}@{}".format, _LOCAL, _DOMAIN))
@settings(max_examples=500, deadline=None)
def test_what_is_plain_is_valid(address: str) -> None:
    if _PLAIN_EMAIL.fullmatch(address.lower()):
        found = email_validator.validate_email(
            address.lower(), check_deliverability=False, globally_deliverable=False, strict=True
        )
        assert f"{found.local_part}@{found.ascii_domain}" == address.lower() == email(address).identity


def test_a_long_address_is_no_riddle() -> None:
    started = time.perf_counter()
    for address in ("a." * 120 + "@", "a@" + "a-" * 100 + ".", "a@" + "a." * 100 + "1"):
        _PLAIN_EMAIL.fullmatch(address)
    assert time.perf_counter() - started < 0.1
