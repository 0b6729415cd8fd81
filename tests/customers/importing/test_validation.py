"""What a good order becomes: every way of writing the same order gives the same draft."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from customers.importing.drafts import parse_order, split_body
from orders.order import OrderCustomer, OrderDraft, OrderItem
from orders.statuses import ORDER_STATUSES, is_counted
from packprod.errors import InvalidInput

NOW = datetime(2025, 10, 23, 8, 15, 30, 123456, tzinfo=UTC)


def order(**changes: Any) -> dict[str, Any]:
    """The contract's example order, changed."""
    return {
        "orderReference": "ORD-12345",
        "createdAt": "2025-10-20T10:30:00Z",
        "customer": {
            "name": "John Smith",
            "email": "John@Example.com",
            "company": "Acme Corp",
            "phone": "+61 2 5550 1234",
        },
        "items": [{"productCode": "BOX-A4", "description": "Mailing box A4", "quantity": 100, "unitPrice": "0.85"}],
        "tax": "8.50",
        "shipping": "12.00",
        "discount": "0",
        "total": "105.50",
        "currency": "AUD",
        "status": "received",
        "source": "n8n",
    } | changes


def smallest(**changes: Any) -> dict[str, Any]:
    """An order of nothing but the required fields, changed."""
    item = {"productCode": "BOX-A4", "quantity": 3, "unitPrice": "0.10"}
    return {"orderReference": "R1", "customer": {"email": "a@example.com"}, "items": [item]} | changes


def line(**changes: Any) -> list[dict[str, Any]]:
    """The items of an order with one line, changed."""
    return [{"productCode": "BOX-A4", "quantity": 1, "unitPrice": "10.00"} | changes]


def parsed(payload: object) -> OrderDraft:
    return parse_order(payload, now=NOW, currency="AUD")


def test_the_contracts_example() -> None:
    assert parsed(order()) == OrderDraft(
        order_reference="ORD-12345",
        created_at=datetime(2025, 10, 20, 10, 30, tzinfo=UTC),
        status="received",
        currency="AUD",
        customer=OrderCustomer("John Smith", "john@example.com", "Acme Corp", "+61 2 5550 1234"),
        items=(OrderItem("BOX-A4", "Mailing box A4", Decimal(100), Decimal("0.85")),),
        subtotal=Decimal("85.00"),
        tax=Decimal("8.50"),
        shipping=Decimal("12.00"),
        discount=Decimal("0.00"),
        total=Decimal("105.50"),
        source="n8n",
        extra={},
        sent=frozenset(
            {"orderReference", "createdAt", "items", "tax", "shipping", "discount", "total", "currency"}
            | {"status", "source", "customer.name", "customer.email", "customer.company", "customer.phone"}
        ),
    )


def test_defaults_of_the_smallest_order() -> None:
    draft = parsed(smallest())
    assert draft.created_at == NOW.replace(microsecond=0)
    assert (draft.status, draft.currency, draft.source, draft.extra) == ("received", "AUD", "", {})
    assert draft.customer == OrderCustomer("", "a@example.com", "", "")
    assert draft.items[0].description == ""
    assert (draft.subtotal, draft.total) == (Decimal("0.30"), Decimal("0.30"))
    assert draft.sent == {"orderReference", "items", "customer.email"}


def test_null_counts_as_absent_and_was_not_sent() -> None:
    optional = ("createdAt", "tax", "shipping", "discount", "total", "currency", "status", "source")
    customer = {"email": "a@example.com", "name": None, "company": None, "phone": None}
    draft = parsed(smallest(customer=customer, **dict.fromkeys(optional)))
    assert draft == parsed(smallest())


@pytest.mark.parametrize("quantity", [100, "100", Decimal("100"), Decimal("100.0"), " 100 ", Decimal("1E+2")])
def test_spellings_of_a_quantity(quantity: object) -> None:
    assert parsed(smallest(items=line(quantity=quantity))).items[0].quantity == 100


@pytest.mark.parametrize(
    "price",
    [
        "8.50",
        "8.5",
        Decimal("8.5"),
        Decimal("8.500"),
        "8.500000",
        " 8.50 ",
        "+8.5",
        "08.5",
        Decimal("850E-2"),
    ],
)
def test_spellings_of_a_price(price: object) -> None:
    unit_price = parsed(smallest(items=line(unitPrice=price))).items[0].unit_price
    assert str(unit_price) == "8.50"


def test_an_exponent_counts_by_value_in_a_json_number_only() -> None:
    # JSON gives 1e2 and 100 one meaning; in text it is a spreadsheet's accident, so it is refused.
    assert parsed(smallest(tax=Decimal("1E+2"))).tax == 100
    with pytest.raises(InvalidInput, match="thousands separator or exponent, not '1e2'"):
        parsed(smallest(tax="1e2"))


def test_minus_zero_is_zero() -> None:
    assert str(parsed(smallest(tax="-0.00", discount=Decimal("-0"))).tax) == "0.00"


def test_sums_are_exact_where_floats_are_not() -> None:
    items = line(unitPrice=Decimal("0.1")) + line(unitPrice=Decimal("0.2"))
    assert parsed(smallest(items=items, total="0.30")).total == Decimal("0.30")
    pennies = line(unitPrice="0.01", quantity=1) * 499 + line(unitPrice="999999.99")
    assert parsed(smallest(items=pennies)).subtotal == Decimal("1000004.98")


@pytest.mark.parametrize("total", ["105.49", "105.50", "105.51"])
def test_a_total_within_a_cent_is_stored_as_sent(total: str) -> None:
    assert parsed(order(total=total)).total == Decimal(total)


def test_free_lines_and_a_total_of_nothing() -> None:
    assert parsed(smallest(items=line(unitPrice=0))).total == 0
    assert parsed(order(discount="105.50", total=0)).total == 0


@pytest.mark.parametrize(
    "text",
    [
        "2025-10-20T21:30:00+11:00",
        "2025-10-20 10:30Z",
        "2025-10-20t10:30:00z",
        " 2025-10-20T10:30:00.000Z ",
        "2025-10-20T00:30:00-10:00",
    ],
)
def test_spellings_of_an_instant(text: str) -> None:
    assert parsed(order(createdAt=text)).created_at == datetime(2025, 10, 20, 10, 30, tzinfo=UTC)


def test_the_precision_of_an_instant_is_kept() -> None:
    assert parsed(order(createdAt="2025-10-20T10:30:00.123456Z")).created_at.microsecond == 123456


def test_the_edges_of_what_an_order_may_be_dated() -> None:
    assert parsed(order(createdAt="2000-01-01T00:00:00Z")).created_at.year == 2000
    ahead = NOW + timedelta(days=365)
    assert parsed(order(createdAt=ahead.isoformat())).created_at == ahead


@pytest.mark.parametrize(
    ("sent", "folded"),
    [
        ("  JOHN@EXAMPLE.COM ", "john@example.com"),
        ("o'brien+boxes@sub.example.com.au", "o'brien+boxes@sub.example.com.au"),
        ("post@MÜLLER.example", "post@xn--mller-kva.example"),
        ("moß@example.com", "moß@example.com"),
        ("Jo\u200bhn@Example.com\u00a0", "john@example.com"),
        ('"John"@example.com', "john@example.com"),
        ('"john smith"@example.com', '"john smith"@example.com'),
        ("john@[192.0.2.1]", "john@[192.0.2.1]"),
        ("john@[IPv6:2001:DB8::1]", "john@[ipv6:2001:db8::1]"),
        ("john@printer.local", "john@printer.local"),
        ("ü@box.test", "ü@box.test"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
        ("a@localhost", "a@localhost"),
        ("Anna.Häberlin.AH-10690@example.com", "anna.häberlin.ah-10690@example.com"),
        ("王小明@example.com", "王小明@example.com"),
    ],
)
def test_emails(sent: str, folded: str) -> None:
    assert parsed(order(customer={"email": sent})).customer.email == folded


@pytest.mark.parametrize("customer", [{"phone": "02 5550 1234"}, {"email": "", "phone": 255501234}])
def test_a_phone_will_do_without_an_email(customer: dict[str, Any]) -> None:
    draft = parsed(order(customer=customer))
    assert (draft.customer.email, draft.customer.phone) == ("", str(customer["phone"]))


def test_numbers_are_taken_where_codes_are_meant() -> None:
    draft = parsed(smallest(orderReference=4711, items=line(productCode=Decimal("10.50"))))
    assert (draft.order_reference, draft.items[0].product_code) == ("4711", "10.50")


def test_text_is_trimmed_and_any_script_is_welcome() -> None:
    draft = parsed(order(customer={"name": "  王小明 Ñandú 🙂 ", "email": "a@example.com"}, source=" n8n "))
    assert (draft.customer.name, draft.source) == ("王小明 Ñandú 🙂", "n8n")


def test_what_was_typed_is_kept_where_it_differs_by_more_than_case() -> None:
    def typed(address: str) -> str:
        return parsed(order(customer={"email": address})).customer.typed_email

    assert typed("Info@Bücher.example") == "Info@Bücher.example"
    assert typed('"John"@example.com') == '"John"@example.com'
    assert typed("\u200bJOHN@Example.com ") == typed("moß@example.com") == typed("ÜSER@example.com") == ""


@pytest.mark.parametrize(
    "spelling",
    [
        *(
            "PO-1\u00ad",
            "\u200bPO-1",
            "PO\u200d-1",
            "\ufeffPO-1",
            "PO-\u20601",
            "PO-1\u200e",
            "\u202ePO-1",
            "PO\u034f-1",
        ),
        *(" PO-1 ", "\u00a0PO-1", "PO-1\u3000", "PO-1\n", "\u2028PO-1", "PO\ufe0f-1", "P\u2063O-1"),
    ],
    ids=ascii,
)
def test_spellings_of_a_reference_and_a_code(spelling: str) -> None:
    draft = parsed(smallest(orderReference=spelling, items=line(productCode=spelling)))
    assert (draft.order_reference, draft.items[0].product_code) == ("PO-1", "PO-1")


def test_every_text_is_normalised() -> None:
    text = "\u200bMu\u0308ller \u00a0 & Co\n\tKG\u202e"
    customer = {"name": text, "email": "a@example.com", "company": text, "phone": " 02\u00a05550\u200b 1234"}
    draft = parsed(
        smallest(
            customer=customer, source=text, items=line(description=text), status="\ufeffshipped", currency="aud\u00a0"
        )
    )
    whole = "Müller & Co KG"
    assert (draft.customer.name, draft.customer.company, draft.source) == (whole, whole, whole)
    assert (draft.items[0].description, draft.customer.phone) == (whole, "02 5550 1234")
    assert (draft.status, draft.currency) == ("shipped", "AUD")


@pytest.mark.parametrize("empty", ["", " ", "\u200b", "\u00a0\n", None])
def test_what_is_left_empty_is_missing(empty: str | None) -> None:
    customer = {"email": "a@example.com", **dict.fromkeys(("name", "company", "phone"), empty)}
    draft = parsed(
        smallest(customer=customer, status=empty, currency=empty, source=empty, items=line(description=empty))
    )
    assert draft == parsed(smallest(items=line()))


def test_what_only_a_program_writes_says_nothing_of_a_customer() -> None:
    customer = {"name": "undefined", "email": "a@example.com", "company": "{{ $json.company }}", "phone": "null"}
    draft = parsed(smallest(customer=customer, source="[object Object]"))
    assert (draft.customer, draft.source) == (OrderCustomer("", "a@example.com", "", ""), "")
    assert draft.sent == {"orderReference", "items", "customer.email"}
    named = parsed(smallest(customer={"name": "Null", "email": "a@example.com"}))
    assert named.customer.name == "Null"  # there are families of that name


@pytest.mark.parametrize(
    ("sent", "stored"), [(1001, "1001"), (Decimal("1001.0"), "1001"), (Decimal("1E3"), "1000"), ("1001.0", "1001.0")]
)
def test_whole_numbers_as_references_and_codes(sent: object, stored: str) -> None:
    draft = parsed(smallest(orderReference=sent, items=line(productCode=sent)))
    assert (draft.order_reference, draft.items[0].product_code) == (stored, stored)


@pytest.mark.parametrize(
    ("quantity", "price", "total"),
    [
        ("2.5", "4.00", "10.00"),
        (1000, "0.0385", "38.50"),
        ("0.333", "0.99", "0.33"),
        (Decimal("0.5"), "0.01", "0.01"),
        (3, "0.0050", "0.02"),
        (6, "16.6667", "100.00"),
        ("0.001", "0.0001", "0.00"),
        (1_000_000, "999.9999", "999999900.00"),
    ],
)
def test_a_line_is_rounded_half_up_to_the_cent(quantity: object, price: str, total: str) -> None:
    draft = parsed(smallest(items=line(quantity=quantity, unitPrice=price)))
    assert (str(draft.subtotal), str(draft.total)) == (total, total)


def test_lines_are_rounded_one_by_one() -> None:
    draft = parsed(smallest(items=line(quantity="0.5", unitPrice="0.01") * 3))
    assert str(draft.subtotal) == "0.03"


@pytest.mark.parametrize(
    ("lines", "total", "taken"),
    [
        (6, "100.00", True),  # their lines make 100.02, and 0.06 is allowed
        (6, "99.96", True),
        (6, "100.08", True),
        (6, "99.95", False),
        (6, "100.09", False),
        (1, "16.68", True),
        (1, "16.66", True),
        (1, "16.65", False),
    ],
)
def test_a_total_may_differ_by_a_cent_a_line(lines: int, total: str, taken: bool) -> None:
    payload = smallest(items=line(unitPrice="16.67") * lines, total=total)
    if taken:
        draft = parsed(payload)
        assert (str(draft.total), draft.subtotal) == (total, Decimal("16.67") * lines)
    else:
        with pytest.raises(InvalidInput, match=f"is {total}, but .* makes {Decimal('16.67') * lines};"):
            parsed(payload)


@pytest.mark.parametrize(
    ("field", "sent", "offer"),
    [
        ("unitPrice", Decimal("59.970000000000006"), "59.97"),
        ("unitPrice", "0.03850001", "0.0385"),
        ("unitPrice", "1,234.50", "1234.50"),
        ("unitPrice", "1.234,50", "1234.50"),
        ("unitPrice", "1 234,50", "1234.50"),
        ("unitPrice", "1'234.50", "1234.50"),
        ("unitPrice", "1,234,567", "1234567"),
        ("unitPrice", "12,50", "12.50"),
        ("unitPrice", "$12", "12"),
        ("unitPrice", "A$1,234.5", "1234.5"),
        ("unitPrice", "12.50 AUD", "12.50"),
        ("unitPrice", "1e3", "1000"),
        ("unitPrice", "１２.50", "12.50"),
        ("quantity", "2,5", "2.5"),
        ("quantity", "1_000", "1000"),
        ("quantity", "２", "2"),
        ("quantity", Decimal("2.5004"), "2.5"),
        ("quantity", "1,000", ""),  # a thousand, or one?
        ("quantity", "0.0004", ""),
        ("quantity", "ten", ""),
        ("quantity", "2.5 m", ""),
        ("unitPrice", "10%", ""),
        ("unitPrice", "US$12", ""),
        ("unitPrice", "-$12", ""),
        ("unitPrice", True, ""),
    ],
)
def test_a_refusal_offers_the_value_that_would_be_taken(field: str, sent: object, offer: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parsed(smallest(items=line(**{field: sent})))
    (problem,) = raised.value.problems
    assert problem.message.endswith(f': send "{offer}".') is bool(offer)
    if offer:
        parsed(smallest(items=line(**{field: offer})))


def test_money_offers_cents() -> None:
    for sent, offer in ((Decimal("1.005"), "1.01"), ("0.30000000000000004", "0.30"), ("8.4999", "8.50")):
        with pytest.raises(InvalidInput, match=f'send "{offer}"'):
            parsed(smallest(tax=sent))


@pytest.mark.parametrize("currency", ["AUD", "aud", " Aud "])
def test_the_business_currency_in_any_case(currency: str) -> None:
    assert parsed(order(currency=currency)).currency == "AUD"


@pytest.mark.parametrize("status", ["received", "processing", "shipped", "completed", "cancelled", "refunded"])
def test_every_status(status: str) -> None:
    assert parsed(order(status=status)).status == status


def test_the_statuses_that_count() -> None:
    counted = ["received", "processing", "shipped", "completed"]
    assert [status for status in ORDER_STATUSES if is_counted(status)] == counted


def test_unknown_keys_are_kept_as_sent_whatever_their_order() -> None:
    extra: dict[str, Any] = {
        "blank": "",
        "note": "line 1\nline 2",
        "extra": {"a": [1, None, True, {"b": ""}]},
    }
    draft = parsed(smallest(subtotal=Decimal("0.3"), **extra))
    assert draft.extra == extra | {"subtotal": Decimal("0.3")}
    backwards = dict(reversed(list(smallest(subtotal=Decimal("0.3"), **extra).items())))
    assert parsed(backwards) == draft


def test_five_hundred_lines_and_twenty_levels() -> None:
    nested: list[Any] = []
    for _ in range(19):
        nested = [nested]
    draft = parsed(smallest(items=line() * 500, deep=nested))
    assert (len(draft.items), draft.total) == (500, Decimal("5000.00"))


def test_all_problems_are_told_at_once() -> None:
    items = [*line(quantity=0, unitPrice="1.23456"), 7, *line(productCode="")]
    with pytest.raises(InvalidInput) as raised:
        parsed(order(orderReference=" ", items=items, customer={"email": "nobody"}, status="lost"))
    assert {problem.field for problem in raised.value.problems} == {
        *("orderReference", "status", "customer.email"),
        *("items.0.quantity", "items.0.unitPrice", "items.1", "items.2.productCode"),
    }
    assert raised.value.message == ("items.1 must be an object, not 7. There are 6 more problems.")


def test_a_mismatch_names_both_figures() -> None:
    with pytest.raises(
        InvalidInput,
        match=r"^total is 99\.00, but .* makes 105\.50; .* at most 0\.01 a line, here 0\.01\.$",
    ):
        parsed(order(total="99"))


def test_personal_data_is_not_repeated_in_messages() -> None:
    with pytest.raises(InvalidInput) as raised:
        parsed(order(customer={"email": "secret person@example.com", "name": "Secret" * 50}))
    assert "ecret" not in raised.value.message + str(raised.value.problems)


@pytest.mark.parametrize(
    ("body", "orders", "batch"),
    [
        ({"orderReference": "1"}, [{"orderReference": "1"}], False),
        ({}, [{}], False),
        ([{}, 7], [{}, 7], True),
        ({"orders": [{}]}, [{}], True),
        ({"orders": [{}], "sentBy": "n8n"}, [{}], True),
        ({"orderReference": "1", "orders": []}, [{"orderReference": "1", "orders": []}], False),
    ],
)
def test_bodies(body: object, orders: list[object], batch: bool) -> None:
    assert split_body(body) == (orders, batch)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "required"),
        ({"orders": []}, "required"),
        ({"orders": {}}, "invalid"),
        ({"orders": None}, "invalid"),
        ("text", "invalid"),
        (7, "invalid"),
        (None, "invalid"),
        (True, "invalid"),
        (Decimal("NaN"), "invalid"),
        ([{}] * 101, "too_many_orders"),
        ({"orders": [{}] * 101}, "too_many_orders"),
    ],
)
def test_bad_bodies(body: object, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        split_body(body)
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [("orders", code)]
