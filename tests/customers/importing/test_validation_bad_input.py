"""Bad orders, one a row: what is changed in a good order, which field is blamed, and with which code."""

from decimal import Decimal
from typing import Any

import pytest

from packprod.errors import InvalidInput
from tests.customers.importing.test_validation import line, order, parsed


def customer(**changes: Any) -> dict[str, Any]:
    return {"customer": {"name": "Jo", "email": "jo@example.com"} | changes}


def item(**changes: Any) -> dict[str, Any]:
    return {"items": line(**changes), "total": None}


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"in": value}
    return value


HUGE = 10**5000
PLACEHOLDERS = (
    *("undefined", "null", "None", "NaN", "[object Object]", " UNDEFINED ", "nu\u200bll", "[object Undefined]"),
    *("{{ $json.ref }}", "={{ $json.ref }}", "${ref}", "(null)", "<no value>", "#N/A"),
)
NO_PHONES = ("N/A", "-", "unknown", "0000000000", "555", "5550 1234", "1 555 0100", "ask Jo")
ROWS: list[tuple[dict[str, Any], str, str]] = [
    # --- the reference
    ({"orderReference": None}, "orderReference", "required"),
    ({"orderReference": ""}, "orderReference", "required"),
    ({"orderReference": " \t"}, "orderReference", "required"),
    ({"orderReference": "x" * 101}, "orderReference", "too_long"),
    ({"orderReference": True}, "orderReference", "invalid"),
    ({"orderReference": ["A"]}, "orderReference", "invalid"),
    ({"orderReference": {}}, "orderReference", "invalid"),
    ({"orderReference": "A\x00B"}, "orderReference", "invalid_characters"),
    ({"orderReference": "\u200b\u00a0"}, "orderReference", "required"),
    *(({"orderReference": one}, "orderReference", "placeholder_value") for one in PLACEHOLDERS),
    ({"orderReference": "A\ud800"}, "orderReference", "invalid_characters"),
    ({"orderReference": HUGE}, "orderReference", "too_long"),
    ({"orderReference": Decimal("1E+999999")}, "orderReference", "invalid"),
    ({"orderReference": Decimal("NaN")}, "orderReference", "invalid"),
    # --- when
    ({"createdAt": ""}, "createdAt", "invalid"),
    ({"createdAt": "yesterday"}, "createdAt", "invalid"),
    ({"createdAt": "2025-02-30T10:00:00Z"}, "createdAt", "invalid"),
    ({"createdAt": "2025-10-20T25:00:00Z"}, "createdAt", "invalid"),
    ({"createdAt": "20/10/2025 10:30"}, "createdAt", "invalid"),
    ({"createdAt": 1760956200}, "createdAt", "invalid"),
    ({"createdAt": {"date": "2025-10-20"}}, "createdAt", "invalid"),
    ({"createdAt": "2025-10-20T10:30:00\ud800"}, "createdAt", "invalid"),
    ({"createdAt": "2025-10-20T10:30:00"}, "createdAt", "offset_required"),
    ({"createdAt": "2025-10-20"}, "createdAt", "offset_required"),
    ({"createdAt": "1999-12-31T23:59:59Z"}, "createdAt", "out_of_range"),
    ({"createdAt": "0001-01-01T00:00:00+14:00"}, "createdAt", "out_of_range"),
    ({"createdAt": "9999-12-31T23:59:59-12:00"}, "createdAt", "out_of_range"),
    ({"createdAt": "2026-11-01T00:00:00Z"}, "createdAt", "out_of_range"),
    # --- status, currency, source
    ({"status": "lost"}, "status", "invalid_choice"),
    ({"status": "Received"}, "status", "invalid_choice"),
    ({"status": 1}, "status", "invalid_choice"),
    ({"status": ["received"]}, "status", "invalid_choice"),
    ({"currency": "USD"}, "currency", "currency_not_supported"),
    ({"currency": 36}, "currency", "currency_not_supported"),
    ({"source": "s" * 51}, "source", "too_long"),
    ({"source": 5}, "source", "invalid"),
    # --- the customer
    ({"customer": None}, "customer", "required"),
    ({"customer": "John"}, "customer", "invalid"),
    ({"customer": ["John"]}, "customer", "invalid"),
    ({"customer": {}}, "customer.email", "required"),
    ({"customer": {"name": "John"}}, "customer.email", "required"),
    (customer(email=" "), "customer.email", "required"),
    (customer(email=None, phone=""), "customer.email", "required"),
    (customer(email="\u200b", phone=None), "customer.email", "required"),
    *((customer(email=one), "customer.email", "placeholder_value") for one in PLACEHOLDERS),
    *((customer(email="", phone=one), "customer.phone", "placeholder_value") for one in PLACEHOLDERS),
    *((customer(email=None, phone=one), "customer.phone", "invalid_phone") for one in NO_PHONES),
    (customer(email="nobody"), "customer.email", "invalid"),
    (customer(email="a@b"), "customer.email", "invalid"),
    (customer(email="a b@example.com"), "customer.email", "invalid"),
    (customer(email="a@example.com, b@example.com"), "customer.email", "invalid"),
    (customer(email="a@example.com\nBcc: b@example.com"), "customer.email", "invalid"),
    (customer(email="a..b@example.com"), "customer.email", "invalid"),
    (customer(email=".a@example.com"), "customer.email", "invalid"),
    (customer(email="a.@example.com"), "customer.email", "invalid"),
    (customer(email="a@example..com"), "customer.email", "invalid"),
    (customer(email="a@example.com."), "customer.email", "invalid"),
    (customer(email="a@192.0.2.1"), "customer.email", "invalid"),
    (customer(email="a@[192.0.2.256]"), "customer.email", "invalid"),
    (customer(email="a@[192.0.2.1"), "customer.email", "invalid"),
    (customer(email="a@xn--a.example"), "customer.email", "invalid"),
    (customer(email="a@-b.example"), "customer.email", "invalid"),
    (customer(email="a@b_c.example"), "customer.email", "invalid"),
    (customer(email="x" * 65 + "@example.com"), "customer.email", "invalid"),
    (customer(email="ü" * 33 + "@example.com"), "customer.email", "invalid"),
    (customer(email="a@" + "b" * 64 + ".example"), "customer.email", "invalid"),
    (customer(email="Jo <jo@example.com>"), "customer.email", "invalid"),
    (customer(email="mailto:jo@example.com"), "customer.email", "invalid"),
    (customer(email="jo@☃.example"), "customer.email", "invalid"),
    (customer(email="jo\x07@example.com"), "customer.email", "invalid_characters"),
    (customer(email="a\u3000b@example.com"), "customer.email", "invalid"),
    (customer(email="ä@ö@example.com"), "customer.email", "invalid"),
    (customer(email="@example.com"), "customer.email", "invalid"),
    (customer(email="a" * 250 + "@example.com"), "customer.email", "too_long"),
    (customer(email="a@" + "ß." * 100 + "example.com"), "customer.email", "invalid"),
    (customer(email=7), "customer.email", "invalid"),
    (customer(email={}), "customer.email", "invalid"),
    (customer(name="n" * 201), "customer.name", "too_long"),
    (customer(name=12), "customer.name", "invalid"),
    (customer(name="Jo\x07"), "customer.name", "invalid_characters"),
    (customer(company="c" * 201), "customer.company", "too_long"),
    (customer(company=False), "customer.company", "invalid"),
    (customer(phone="5" * 51), "customer.phone", "too_long"),
    (customer(phone=[]), "customer.phone", "invalid"),
    # --- the lines
    ({"items": None}, "items", "required"),
    ({"items": []}, "items", "required"),
    ({"items": {}}, "items", "invalid"),
    ({"items": "BOX"}, "items", "invalid"),
    ({"items": line() * 501}, "items", "too_many_items"),
    ({"items": [None]}, "items.0", "invalid"),
    ({"items": [[]]}, "items.0", "invalid"),
    (item(productCode=None), "items.0.productCode", "required"),
    (item(productCode=" "), "items.0.productCode", "required"),
    (item(productCode="p" * 101), "items.0.productCode", "too_long"),
    (item(productCode=False), "items.0.productCode", "invalid"),
    (item(productCode="A\x07B"), "items.0.productCode", "invalid_characters"),
    *((item(productCode=one), "items.0.productCode", "placeholder_value") for one in PLACEHOLDERS),
    (item(description="d" * 1001), "items.0.description", "too_long"),
    (item(description="\x1b[31m"), "items.0.description", "invalid_characters"),
    (item(description=1), "items.0.description", "invalid"),
    (item(quantity=None), "items.0.quantity", "required"),
    (item(quantity=""), "items.0.quantity", "required"),
    (item(quantity=0), "items.0.quantity", "not_positive"),
    (item(quantity=-1), "items.0.quantity", "not_positive"),
    (item(quantity="-0"), "items.0.quantity", "not_positive"),
    (item(quantity=Decimal("2.5001")), "items.0.quantity", "max_decimal_places"),
    (item(quantity="2,5"), "items.0.quantity", "invalid"),
    (item(quantity="ten"), "items.0.quantity", "invalid"),
    (item(quantity=True), "items.0.quantity", "invalid"),
    (item(quantity=[1]), "items.0.quantity", "invalid"),
    (item(quantity=Decimal("NaN")), "items.0.quantity", "invalid"),
    (item(quantity=Decimal("Infinity")), "items.0.quantity", "invalid"),
    (item(quantity="NaN"), "items.0.quantity", "invalid"),
    (item(quantity=1_000_001), "items.0.quantity", "max_value"),
    (item(quantity=HUGE), "items.0.quantity", "max_value"),
    (item(quantity=-HUGE), "items.0.quantity", "not_positive"),
    (item(quantity=Decimal("1E+999999")), "items.0.quantity", "max_value"),
    (item(quantity=Decimal("1E-999999")), "items.0.quantity", "max_decimal_places"),
    (item(quantity="١٢"), "items.0.quantity", "invalid"),
    (item(unitPrice=None), "items.0.unitPrice", "required"),
    (item(unitPrice="-0.01"), "items.0.unitPrice", "min_value"),
    (item(unitPrice=Decimal("8.50001")), "items.0.unitPrice", "max_decimal_places"),
    (item(unitPrice="0.00009"), "items.0.unitPrice", "max_decimal_places"),
    (item(unitPrice="0." + "0" * 5000 + "1"), "items.0.unitPrice", "max_decimal_places"),
    (item(unitPrice=Decimal("1E-999999")), "items.0.unitPrice", "max_decimal_places"),
    (item(unitPrice=Decimal("1E-999999999")), "items.0.unitPrice", "max_decimal_places"),
    (item(unitPrice="1000000000"), "items.0.unitPrice", "max_value"),
    (item(unitPrice="9" * 5000), "items.0.unitPrice", "max_value"),
    (item(unitPrice=Decimal("sNaN")), "items.0.unitPrice", "invalid"),
    (item(unitPrice="Infinity"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="1e2"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="1_000"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="1,234.50"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="$8.50"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="8.50 AUD"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="0x10"), "items.0.unitPrice", "invalid"),
    (item(unitPrice="."), "items.0.unitPrice", "invalid"),
    (item(unitPrice=0.85), "items.0.unitPrice", "invalid"),
    (item(unitPrice={"amount": 1}), "items.0.unitPrice", "invalid"),
    # --- the money of the whole
    ({"tax": ""}, "tax", "invalid"),
    ({"tax": "-1"}, "tax", "min_value"),
    ({"tax": True}, "tax", "invalid"),
    ({"shipping": "12.001"}, "shipping", "max_decimal_places"),
    ({"discount": Decimal("-5")}, "discount", "min_value"),
    ({"discount": "10%"}, "discount", "invalid"),
    ({"discount": "105.51", "total": None}, "total", "min_value"),
    ({"total": "105.52"}, "total", "total_mismatch"),
    ({"total": "105.48"}, "total", "total_mismatch"),
    ({"total": 0}, "total", "total_mismatch"),
    ({"total": "-105.50"}, "total", "min_value"),
    ({"total": Decimal("105.505")}, "total", "max_decimal_places"),
    ({"total": []}, "total", "invalid"),
    (item(quantity=1_000_000, unitPrice="999999999.99"), "total", "max_value"),
    # --- what is kept without being known
    ({"deep": nested(21)}, "deep", "too_deep"),
    ({"deep": nested(900)}, "deep", "too_deep"),
    ({"note": "\ud83d"}, "note", "invalid_characters"),
    ({"note": ["\x00"]}, "note", "invalid_characters"),
    ({"note\x00": 1}, "note\\x00", "invalid_characters"),
    ({"note": {"k" * 1001: 1}}, "note", "too_long"),
    ({"note": [{"": 1}]}, "note", "invalid"),
    ({"": 1}, "order", "invalid"),
    ({"figure": HUGE}, "figure", "invalid"),
    ({"figure": Decimal("1E+126")}, "figure", "invalid"),
    ({"figure": Decimal("NaN")}, "figure", "invalid"),
    ({"figure": 0.1}, "figure", "invalid"),
    ({"blob": "b" * 350_000}, "order", "too_large"),
    ({"blob": ["é" * 100_000] * 2}, "order", "too_large"),
    ({"blob": [1] * 120_000}, "order", "too_large"),
    ({"items": line(description="é" * 1000) * 200, "total": None}, "order", "too_large"),
]


@pytest.mark.parametrize(("changes", "field", "code"), ROWS, ids=[f"{row[1]}-{row[2]}" for row in ROWS])
def test_bad_order(changes: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parsed(order(**changes))
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [(field, code)]
    message = raised.value.message
    assert message.startswith(field)
    assert message.endswith(".")
    assert len(message.encode()) < 300


@pytest.mark.parametrize("payload", [None, 7, "order", [], True, Decimal(1), [{}]])
def test_an_order_that_is_no_object(payload: object) -> None:
    with pytest.raises(InvalidInput) as raised:
        parsed(payload)
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [("order", "invalid")]
