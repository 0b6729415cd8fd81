"""What is rendered straight from a stored row is, byte for byte, what parsing the row gives."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.listed import ORDERS_LISTED
from orders.order_json import OrderCustomerJson, OrderItemJson, OrderJson, order_from_json, order_json
from orders.plain_rows import plain_json
from orders.rows import readable
from packprod.dynamodb.codec import decode_item, encode_value
from packprod.json_objects import to_json

Row = dict[str, Any]
PLAIN: Row = {
    "orderID": "order-1",
    "orderReference": "ORD-1",
    "contactID": "contact-1",
    "createdAt": "2025-10-20T10:30:00Z",
    "updatedAt": "2025-10-20T10:30:02.123456Z",
    "status": "received",
    "currency": "AUD",
    "customer": {
        "name": "Zoë O'Neil",
        "email": "zoe@example.com",
        "company": "Acme <&> Co",
        "phone": "+61 2 5550 1234",
    },
    "items": [
        {"productCode": "BOX-A4", "description": "Box", "quantity": Decimal("2.5"), "unitPrice": Decimal("0.85")},
        {"productCode": "LABEL", "description": "", "quantity": Decimal(3), "unitPrice": Decimal("0.0385")},
    ],
    "subtotal": Decimal("2.25"),
    "tax": Decimal("0.2"),
    "shipping": Decimal(12),
    "discount": Decimal(0),
    "total": Decimal("14.45"),
    "source": "n8n",
}
NOTHING: Any = object()
TEXTS = st.sampled_from(
    [
        *(NOTHING, None, True, "", " padded ", "Ann  Lee", "ann", "Müller", "\u200bhidden", "e\u0301"),
        *("NaN", "1E+5", "<b>\u2028", '"\\'),
    ]
)
EMAILS = st.sampled_from(
    [
        *(NOTHING, None, "", "A@Example.com", "a@example.com", "a@bücher.example", '"a"@example.com'),
        *(" a@example.com", "a@[IPv6:::1]"),
    ]
)
NUMBERS = st.one_of(
    st.sampled_from([NOTHING, None, "7.00", "$7", "x", Decimal(0), Decimal(-1), Decimal("788.1780000000001")]),
    st.decimals(min_value=-5, max_value=10**13, allow_nan=False, places=5),
    st.decimals(min_value=0, max_value=200, allow_nan=False, places=2),
    st.decimals(min_value=0, max_value=20, allow_nan=False, places=4).map(lambda number: number.normalize()),
)
TIMES = st.sampled_from(
    [
        *("2025-10-20T10:30:00Z", "2025-10-20T10:30:00.250Z", "2025-10-20T10:30:00.000Z", "2025-10-20T20:30:00Z"),
        *("2025-10-20T10:30:00+10:00", "2025-02-30T10:30:00Z", "1999-12-31T23:59:59Z", "2000-01-01T05:00:00Z"),
        *("2025-10-20T10:30:00.1234567Z", "20251020T103000Z", "2025-W43-1T10:30:00Z", "yesterday", "", NOTHING, None),
    ]
)
LINE: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {}, optional={"productCode": TEXTS, "description": TEXTS, "quantity": NUMBERS, "unitPrice": NUMBERS}
).map(lambda changes: _changed(PLAIN["items"][0], changes))
CHANGES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("subtotal", "tax", "shipping", "discount", "total"), NUMBERS),
    **dict.fromkeys(("createdAt", "updatedAt"), TIMES),
    **dict.fromkeys(("orderReference", "source", "customerName", "customerCompany"), TEXTS),
    "orderID": st.sampled_from(["order-1", "ö", "x" * 201]),
    "contactID": st.sampled_from(["contact-1", "", "ö", "x" * 201, NOTHING, None]),
    "clientID": st.sampled_from(["another", NOTHING]),
    "status": st.sampled_from(["shipped", "Shipped", "voided", "on_hold", "", NOTHING, None]),
    "currency": st.sampled_from(["AUD", "aud", "USD", NOTHING, None]),
    "customerEmail": EMAILS,
    "customer": st.one_of(
        st.sampled_from([NOTHING, None, "{}", {}]),
        st.fixed_dictionaries(
            {}, optional={"name": TEXTS, "email": EMAILS, "typedEmail": EMAILS, "company": TEXTS, "phone": TEXTS}
        ).map(lambda changes: _changed(PLAIN["customer"], changes)),
    ),
    "items": st.one_of(st.sampled_from([NOTHING, None, "[]", [], [None]]), st.lists(LINE, max_size=3)),
    "extra": st.sampled_from(
        [
            NOTHING,
            None,
            {},
            {"po": Decimal("1.50")},
            {"big": Decimal(10) ** 30},
            {"b": b"ab", "s": {"y", "x"}, "n": None, "<l>": [True, {"k": Decimal("0.1")}]},
            "text",
        ]
    ),
}


def _changed(row: Row, changes: Row) -> Row:
    return {name: value for name, value in (row | changes).items() if value is not NOTHING}


@pytest.fixture
def compared(client_id: str) -> Callable[[Row], bytes | None]:
    """Renders a row both ways and compares; returns what was rendered without parsing it, None where it was left."""

    def compare(row: Row) -> bytes | None:
        item = {name: encode_value(value) for name, value in ({"clientID": client_id} | row).items()}
        found, order = plain_json(item), readable(decode_item(item))
        if found is not None:
            assert order is not None
            assert to_json(order_json(order)) == to_json(msgspec.Raw(found))
            read = order_from_json(found)
            in_json = {name: getattr(read, name) for name in ("extra", "stored_time", "stored_reference")}
            assert read == replace(order, **in_json)
        return found

    return compare


def test_a_row_in_our_own_shape_is_not_parsed(compared: Callable[[Row], bytes | None]) -> None:
    assert compared(PLAIN) is not None
    assert compared(PLAIN | {"total": Decimal("14.450000000000001"), "updatedAt": None, "source": None}) is not None
    assert compared(PLAIN | {"extra": {"shippingAddress": {"postcode": "2100"}}}) is not None
    assert compared(PLAIN | {"createdAt": "2025-10-20T10:30:00.250Z", "clientID": "another"}) is None


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.fixed_dictionaries({}, optional=CHANGES))
def test_both_ways_give_the_same_bytes(compared: Callable[[Row], bytes | None], changes: Row) -> None:
    compared(_changed(PLAIN, changes))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.fixed_dictionaries({}, optional=CHANGES))
def test_an_order_can_be_read_back_from_its_json(client_id: str, changes: Row) -> None:
    item = {name: encode_value(value) for name, value in ({"clientID": client_id} | _changed(PLAIN, changes)).items()}
    order = readable(decode_item(item))
    if order is not None:
        encoded = to_json(order_json(order))
        assert to_json(order_json(order_from_json(encoded))) == encoded


def test_who_changes_the_json_of_orders_raises_the_version_of_the_rows_that_hold_it() -> None:
    """Then raise it in `orders.listed`, and change both here."""
    fields = {one: one.__struct_encode_fields__ for one in (OrderJson, OrderCustomerJson, OrderItemJson)}
    digest = hashlib.sha256(repr(list(fields.values())).encode()).hexdigest()[:8]
    assert (ORDERS_LISTED.version, digest) == (2, "a580ac24")
