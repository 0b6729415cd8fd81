"""One rule for text: what is the same reference, address, number or word, however it was typed."""

import time
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from packprod.text import (
    caseless,
    is_placeholder,
    is_unfilled,
    matches,
    normal_code,
    normal_email,
    normal_phone,
    normal_text,
    phone_words,
    query_words,
    shown_email,
    words,
)

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u202a\u202e"
    "\u2060\u2066\u3164\ufe0f\ufeff\uffa0\U000e0041"
)
SPACES = " \t\n\r\u00a0\u1680\u2000\u2003\u2009\u202f\u205f\u3000\u2028\u0085"


@pytest.mark.parametrize("character", INVISIBLE, ids=lambda one: f"U+{ord(one):04X}")
def test_what_nobody_sees_makes_no_other_text(character: str) -> None:
    assert normal_text(f"{character}PO{character}-1{character}") == "PO-1"
    assert normal_text(character) == ""


def test_every_format_character_is_invisible() -> None:
    left = [hex(n) for n in range(0x110000) if unicodedata.category(chr(n)) == "Cf" and normal_text(chr(n))]
    assert left == []


@pytest.mark.parametrize("space", SPACES, ids=lambda one: f"U+{ord(one):04X}")
def test_white_space_of_any_kind_is_one_space(space: str) -> None:
    assert normal_text(f"{space}Acme{space}{space} Pty{space}") == "Acme Pty"


def test_composed_and_decomposed_text_are_the_same() -> None:
    assert normal_text("Mu\u0308ller") == normal_text("Müller") == "Müller"
    assert caseless("MU\u0308LLER\u200b") == caseless("müller")


@given(st.text())
def test_normal_text_is_normal(text: str) -> None:
    assert normal_text(normal_text(text)) == normal_text(text)


def test_a_letter_with_a_million_accents_costs_no_more_than_its_length() -> None:
    started = time.perf_counter()
    assert len(normal_text("a" + "\u0301\u0323" * 500_000)) < 40
    assert time.perf_counter() - started < 10  # NFC alone takes an hour


@pytest.mark.parametrize("text", ["Z\u0351\u036b\u0343algo", "क्षि" * 60, "e\u0301" * 200])
def test_the_marks_of_real_text_stay(text: str) -> None:
    assert normal_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (1001, "1001"),
        (Decimal("1001.0"), "1001"),
        (Decimal("1E3"), "1000"),
        (Decimal("-0.0"), "0"),
        (Decimal("10.50"), "10.50"),
        (10**99, "1" + "0" * 99),
        (Decimal("1E+999999"), "1E+999999"),
        (Decimal("NaN"), "NaN"),
        ("1001.0", "1001.0"),
        (" 007\u200b ", "007"),
    ],
)
def test_codes_sent_as_numbers(sent: str | int | Decimal, code: str) -> None:
    assert normal_code(sent) == code


@pytest.mark.parametrize(
    "text",
    [
        *("undefined", "[object Object]", "[object Undefined]", "ORD-[object Promise]", "{{ $json.ref }}", "PO-${id}"),
        *(
            "<%= ref %>",
            "(null)",
            "<nil>",
            "<no value>",
            "#N/A",
            "un\u200bdefined",
            " UNDEFINED ",
            "#undefined",
            '"undefined"',
        ),
    ],
)
def test_what_only_a_program_writes(text: str) -> None:
    assert is_unfilled(text)
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["null", "None", "NaN", " NULL ", "#null", "'None'"])
def test_placeholders_that_are_names_of_people_too(text: str) -> None:
    assert is_placeholder(text)
    assert not is_unfilled(text)


@pytest.mark.parametrize("text", ["", "0", "Nullarbor", "none-1", "[object]", "nil", "N/A", "{A}", "$12", "<5 mm>"])
def test_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" John@Example.COM ", "john@example.com"),
        ("moß@example.com", "moß@example.com"),
        ("MOSS@example.com", "moss@example.com"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("info@xn--BCHER-KVA.example", "info@xn--bcher-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("a@ｅxample。com", "a@example.com"),
        ("ａ@example.com", "ａ@example.com"),
        ("u\u0308ser@example.com", "üser@example.com"),
        ("\ufeffjo\u200bhn@example.com", "john@example.com"),
        ('"John"@Example.com', "john@example.com"),
        ('"jo\\hn"@example.com', "john@example.com"),
        ('"john smith"@example.com', '"john smith"@example.com'),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ("a@[IPv6:0:0::1]", "a@[ipv6:::1]"),
        ("A@[127.0.0.1]", "a@[127.0.0.1]"),
        ("a@[IPv6:nothing]", "a@[ipv6:nothing]"),
        ("no address", "no address"),
        ("ü@", "ü@"),
    ],
)
def test_email(typed: str, normal: str) -> None:
    assert normal_email(typed) == normal


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("info@xn--bcher-kva.example", "info@bücher.example"),
        ("john@example.com", "john@example.com"),
        ("xn--a@example.com", "xn--a@example.com"),
        ("a@xn--a.example", "a@xn--a.example"),
        ("", ""),
    ],
)
def test_domains_are_shown_in_unicode(stored: str, shown: str) -> None:
    assert shown_email(stored) == shown


@given(st.text() | st.from_regex(r'"[a-z."\\ ]{0,5}"@(\[IPv6:[0-9:]{0,6}\]|ß\.[a-zß]{1,3})', fullmatch=True))
def test_normal_email_is_normal_whatever_is_sent(address: str) -> None:
    assert normal_email(normal_email(address)) == normal_email(address)


@pytest.mark.parametrize(
    "typed",
    [
        "+61 2 5550 1234",
        "02 5550 1234",
        "(02) 5550-1234",
        "+61 (0)2 5550 1234",
        "0061 2 5550 1234",
        "61 2 5550 1234",
        "tel:+61-2-5550-1234",
        "０２ ５５５０ １２３４",
        "02\u20115550\u20111234",
        "02\u00a05550.1234\u200e",
    ],
)
def test_one_number_in_many_spellings(typed: str) -> None:
    assert normal_phone(typed, "AU") == "+61255501234"
    assert phone_words(typed, "AU") == ["61255501234", "0255501234", "255501234"]


@pytest.mark.parametrize(
    "typed",
    [
        "+61 412 555 1377",
        "+61 41255",
        "+44 20 7946 095",
        "N/A",
        "-",
        "unknown",
        "0",
        "0000000000",
        "1111111111",
        "5550 1234",
        "12345",
        "",
        "+",
    ],
)
def test_what_is_no_number_is_nobodys(typed: str) -> None:
    assert normal_phone(typed, "AU") == ""


def test_phone_of_another_country_and_with_an_extension() -> None:
    assert normal_phone("+1 415 555 2671", "AU") == normal_phone("(415) 555-2671", "US") == "+14155552671"
    assert normal_phone("02 5550 1234 ext. 5", "AU") == "+61255501234;ext=5"


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("smith-jones", "Smith–Jones"),
        ("smithjones", "Smith-Jones"),
        ("jones", "Smith\u2011Jones"),
        ("obrien", "O’Brien"),
        ("o'brien", "OBrien"),
        ("brien", "O'Brien"),
        ("300x200", "Box 300×200 mm"),
        ("300×200", "Box 300 x 200 mm"),
        ("200", "300×200"),
        ("softhyphen", "soft\u00adhyphen"),
        ("soft\u200bhyphen", "softhyphen"),
        ("@acme.com", "jane@acme.com"),
        ("jane@ac", "jane@acme.com"),
        ("PO@77", "po@77"),
        ("1001", "#1001"),
        ("装株", "東京包装株式会社"),
        ("包", "東京包装"),
        ("글라", "서울글라스"),
        ("กระ", "กล่องกระดาษ"),
        ("angstrom", "A\u030angström"),
    ],
)
def test_found(query: str, text: str) -> None:
    assert matches(query_words(query), [text])


@pytest.mark.parametrize(
    ("query", "text"), [("*", "anything"), ("mith", "Smith"), ("包京", "東京包装"), ("smith x", "Smith")]
)
def test_not_found(query: str, text: str) -> None:
    assert not matches(query_words(query), [text])


def test_a_query_of_nothing_visible_has_no_words() -> None:
    assert query_words(" \u200b\u00a0") == []
    assert words("", "\u200b") == []
