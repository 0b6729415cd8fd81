"""Bodies in and out: exact numbers, and a clear 400 for whatever is not JSON."""

import gzip
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from packprod.api.answers import JsonObject
from packprod.api.middleware import LONGEST_DRAIN
from packprod.exact_json import InvalidJson, parse_json
from packprod.json_objects import to_json

LIMIT = 5 * 1024 * 1024

BROKEN = {
    "empty": (b"", "empty"),
    "blank": (b" \n ", "empty"),
    "text": (b"hello", "not valid JSON"),
    "cut": (b'{"a": [1, 2', "not valid JSON"),
    "trailing": (b'{"a": 1} {"b": 2}', "Extra data"),
    "comma": (b'{"a": 1,}', "not valid JSON"),
    "single quotes": (b"{'a': 1}", "not valid JSON"),
    "NaN": (b'{"a": NaN}', "NaN is not a JSON number"),
    "Infinity": (b'{"a": -Infinity}', "-Infinity is not a JSON number"),
    "not UTF-8": (b'{"a": "\xff"}', "not valid UTF-8 (byte 7)"),
    "latin-1": ("{'a': 'é'}".encode("latin-1"), "not valid UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not valid UTF-8"),
    "very deep": (b"[" * 200_000, "nested too deeply"),
    "deep object": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    "exponent": (b'{"a": 1e99999999999999999999}', "exponent is out of any range"),
    "control character": (b'{"a": "\x00"}', "not valid JSON"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_bodies(importer: Client, name: str) -> None:
    body, said = BROKEN[name]
    answer = importer.generic("POST", "/api/echo", body, "application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_json"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"0.1", Decimal("0.1")),
        (b"1.10", Decimal("1.10")),
        (b"1e2", Decimal("1E+2")),
        (b"-0.0", Decimal("-0.0")),
        (b"12", 12),
        (b"9" * 5000, Decimal("9" * 5000)),
        (b"1e999999", Decimal("1e999999")),
        (b"\xef\xbb\xbf[1]", [1]),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\ud83d"', "\ud83d"),
        (b"null", None),
    ],
)
def test_numbers_are_exact(raw: bytes, value: Any) -> None:
    parsed = parse_json(raw)
    assert parsed == value
    assert type(parsed) is type(value)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_clear_refusal(raw: bytes) -> None:
    try:
        parse_json(raw)
    except InvalidJson as exc:
        assert exc.message.endswith(".")  # noqa: PT017  (either outcome is right)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_goes_out_comes_in_again(value: Any) -> None:
    assert parse_json(to_json(value)) == value


def test_decimals_leave_with_their_exact_digits() -> None:
    amounts = ["0.85", "12.50", "100", "1E+3", "0.000", "12345678901234567890.12"]
    rendered = to_json([Decimal(amount) for amount in amounts]).decode()
    assert rendered == "[0.85,12.50,100,1000,0.000,12345678901234567890.12]"
    with pytest.raises(TypeError):
        to_json(Decimal("NaN"))


def test_whole_numbers_beyond_64_bits() -> None:
    assert to_json({"extra": [10**30, -(10**30)]}).decode() == f'{{"extra":[{10**30},{-(10**30)}]}}'


def test_half_a_surrogate_pair_leaves_as_it_is_written() -> None:
    value = {"\ud800": ["a\udfffb", ("é", {"\U0001f600": 10**30})]}
    assert json.loads(to_json(value)) == {"\\ud800": ["a\\udfffb", ["é", {"\U0001f600": 10**30}]]}


def test_a_body_with_half_a_surrogate_pair_is_read_and_answered(importer: Client) -> None:
    answer = importer.generic("POST", "/api/echo", rb'{"\udfff": "\ud800"}', "application/json")
    assert answer.status_code == 201
    assert answer.json()["data"] == {"\\udfff": "\\ud800"}


def test_instants_leave_in_utc() -> None:
    sydney = timezone(timedelta(hours=11))
    values = [datetime(2025, 10, 20, 10, 30, tzinfo=UTC), datetime(2025, 10, 20, 21, 30, tzinfo=sydney)]
    assert json.loads(to_json(values)) == ["2025-10-20T10:30:00Z"] * 2
    assert to_json(date(2025, 10, 20)) == b'"2025-10-20"'


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_other_content_types(importer: Client, content_type: str) -> None:
    answer = importer.generic("POST", "/api/echo", b'{"a": 1}', content_type)
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "unsupported_media_type"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "nonsense", "image/png;q=0"])
def test_json_whatever_accept_says(reader: Client, accept: str) -> None:
    answer = reader.get("/api/echo", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"


def _padded(size: int) -> bytes:
    return b'{"a":"' + b"x" * (size - 8) + b'"}'


def test_a_body_of_exactly_5_mib_is_taken_and_one_more_byte_is_not(importer: Client) -> None:
    assert importer.generic("POST", "/api/echo", _padded(LIMIT), "application/json").status_code == 201
    answer = importer.generic("POST", "/api/echo", _padded(LIMIT + 1), "application/json")
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "payload_too_large"


class _Endless(io.RawIOBase):
    """A chunked body without an end; counts what was taken from it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "read without a limit"
        self.taken += size
        return b"x" * size


def _chunked(client: Client, stream: Any) -> Any:
    environ = {"wsgi.input": stream, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
    return client.generic("POST", "/api/echo", b"", **environ)


def test_a_chunked_body_is_read(importer: Client) -> None:
    answer = _chunked(importer, io.BytesIO(b'{"a": 1.50}'))
    assert answer.status_code == 201
    assert b'"a":1.50' in answer.content


def test_an_endless_chunked_body_is_cut_off(importer: Client) -> None:
    stream = _Endless()
    answer = _chunked(importer, stream)
    assert answer.status_code == 413
    assert stream.taken <= LIMIT + 1 + LONGEST_DRAIN  # read and forgotten, so that the answer arrives


def test_what_a_body_needs_is_said(importer: Client) -> None:
    undeclared = importer.generic("POST", "/api/echo", b'{"a": 1}', "")
    assert "must be JSON, with the header Content-Type: application/json." in undeclared.json()["detail"]
    packed = gzip.compress(b'{"a": 1}')
    encoded = {"Content-Encoding": "gzip"}
    answer = importer.generic("POST", "/api/echo", packed, "application/json", headers=encoded)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "unsupported_media_type")
    assert "Content-Encoding" in answer.json()["detail"]


class _Figures(JsonObject):
    product_code: str
    amounts: list[Decimal]
    left_out: int | UnsetType = UNSET


@pytest.mark.parametrize("code", ["BOX-A4", "TAPE-48", "1E-7", "NaN"])
def test_typed_answers_leave_with_their_exact_digits_too(code: str) -> None:
    amounts = ["0.85", "12.50", "1E+3", "1E-7", "0.000", "12345678901234567890.12"]
    rendered = to_json(_Figures(product_code=code, amounts=[Decimal(amount) for amount in amounts])).decode()
    numbers = "0.85,12.50,1000,0.0000001,0.000,12345678901234567890.12"
    assert rendered == f'{{"productCode":"{code}","amounts":[{numbers}]}}'
    plain = to_json(_Figures(product_code=code, amounts=[Decimal("12.50")])).decode()
    assert plain == f'{{"productCode":"{code}","amounts":[12.50]}}'
    with pytest.raises(TypeError):
        to_json(_Figures(product_code=code, amounts=[Decimal("NaN")]))


def test_typed_answers_may_hold_half_a_surrogate_pair_and_long_numbers() -> None:
    value = _Figures(product_code="a\ud800", amounts=[Decimal(10**30)])
    assert to_json(value).decode() == f'{{"productCode":"a\\\\ud800","amounts":[{10**30}]}}'


MARKUP = "<script>alert('&amp;')</script> \u2028\u2029 <!-- ]]> \\<b> é ‘"
RAW = [character.encode() for character in "<>&\u2028\u2029"]


TRICKY = st.text(alphabet='<>&\\"/\u2028\u2029\u2027aé\x00')


@given(st.recursive(TRICKY, lambda inner: st.dictionaries(TRICKY, inner)))
def test_markup_leaves_escaped_and_means_the_same(value: Any) -> None:
    encoded = to_json(value)
    assert not any(character in encoded for character in RAW)
    assert json.loads(encoded) == value


def test_markup_in_typed_answers() -> None:
    encoded = to_json(_Figures(product_code=MARKUP, amounts=[Decimal("1.00")]))
    assert not any(character in encoded for character in RAW)
    assert json.loads(encoded)["productCode"] == MARKUP


def test_markup_that_a_client_sent_comes_back_escaped(importer: Client, reader: Client) -> None:
    echoed = importer.post("/api/echo", json.dumps({"a": MARKUP}), "application/json")
    refused = reader.get("/api/numbers", {MARKUP: "1"})
    schema = reader.get("/api/schema/?format=json")
    for answer in (echoed, refused, schema, reader.get("/api/<script>&")):
        assert not any(character in answer.content for character in RAW)
    assert echoed.json()["data"] == {"a": MARKUP}
    assert refused.status_code == 400
    assert schema.json()["openapi"].startswith("3.")
