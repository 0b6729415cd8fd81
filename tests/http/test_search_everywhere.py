"""What staff type finds what is stored, the same at every door: API, lists in the admin, Ctrl-K."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.contrib.admin.utils import unquote as admin_unquote
from django.test import Client, override_settings
from pytest_django import Settings

from customers.importing.batch import orders_import
from orders.admin.order_list import OrderSource
from packprod.admin.table_model import TableQuery
from packprod.readmodels.lists import search_index
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.stream.catching_up import catch_up
from tests.conftest import NOW

# Reference, name, e-mail, company, phone, product code, description. Each has an order, a customer and a product.
STORED = {
    "hash": (
        "#1002",
        "Ann Ng",
        "ann.ng@first.example",
        "",
        "+61 2 5550 1234",
        "BOX-300×200",
        "Mailing box 300 × 200 mm",
    ),
    "plain": ("1001", "Jane Doe", "jane.doe+x@acme.com", "Acme Corp", "0412 345 678", "TAPE_48", "Packing tape 48 mm"),
    "word": (
        "Order 77",
        "Ewa Łukasz-Żak",
        "ewa@zak.example",
        "Żak–Möbel GmbH",
        "(03) 9000 7000",
        "FOLIE A+B",
        "Luftpolster",
    ),
    "at": ("PO@88", "Mary O’Brien", "mary@obrien.example", "O’Brien & Sons", "+44 20 7946 0958", "A4.FLAP", "Flap lid"),
    "slash": ("PO 99/2024", "Kim Smith–Jones", "kim@sj.example", "Smith‑Jones", "1300 655 506", "№7-CLIP", "Strap"),
    "sign": ("INV-№5", "José Núñez", "info@bücher.example", "Bücher AG", "+49 30 901820", "ÖSE-10", "Öse aus Messing"),
    "script": (
        "東京-7",
        "山田太郎",
        "yamada@toyo.example",
        "東京包装株式会社",
        "+81 3-1234-5678",
        "箱-大",
        "段ボール箱（大）",
    ),
    "thai": ("TH-5", "สมชาย ใจดี", "som@chai.example", "กล่องกระดาษไทย", "+66 2 123 4567", "ถุง-1", "ถุงกระดาษ"),
    "hangul": ("KR-5", "김민수", "kim@seoul.example", "서울글라스", "+82 2-312-3456", "병-1", "유리병"),
    "soft": (
        "SO\u00adFT-6",
        "Ho\u200bpe Al\u00adlen",
        "hope@allen.example",
        "Strauß Verpackung",
        "02 5551 0000",
        "TU\u200bBE-9",
        "Tube",
    ),
}
REFERENCES = {
    "hash": ["#1002", "1002", "Order 1002", "order #1002", "ORDER: 1002", "Bestellung Nr. 1002", "№ 1002", "＃1002"],
    "plain": ["1001", "#1001", "Order 1001", "order no. 1001", "10\u200b01", "１００１", "1001 ", "1001,", "(1001)"],
    "word": ["Order 77", "order", "77", "#77", "ORDER 7", "Order\u00a077"],
    "at": ["PO@88", "po@8", "PO@", "#PO@88", "Order PO@88"],
    "slash": ["PO 99/2024", "po 99", "PO  99/", "PO\u200999/2024"],
    "sign": ["INV-№5", "INV–№5", "inv\u2011", "Inv-№"],
    "script": ["東京-7", "東京‐7", "東"],
    "thai": ["TH-5", "th5", "TH—5", "th-"],
    "soft": ["SOFT-6", "soft", "so\u00adft-6", "S\u200dOFT6"],
}
NAMES = {
    "hash": ["ann ng", "NG", "ann.ng@", "ann.ng@FIRST.example"],
    "plain": [
        "jane",
        "Doe, Jane",
        "jane.doe",
        "jane.doe+x@acme.com",
        "jane.doe+",
        "x@acme",
        "@acme.com",
        "acme.com",
        "acme corp",
        "JANE.DOE+X@ACME.COM",
        "+x@acme.com",
    ],
    "word": [
        "lukasz zak",
        "ŁUKASZ",
        "łukasz-żak",
        "lukaszzak",
        "zak–mobel",
        "Zak-Möbel",
        "zakmobel",
        "mobel gmbh",
        "ŻAK",
    ],
    "at": [
        "obrien",
        "o'brien",
        "O’BRIEN",
        "o‘brien",
        "brien",
        "OʼBrien",
        "mary@ob",
        "o`brien & sons",
        "mary@obrien.example",
    ],
    "slash": [
        "smith-jones",
        "smithjones",
        "Smith–Jones",
        "jones",
        "kim smith",
        "smith\u2011jones",
        "SMITH—JONES",
        "kim jones",
    ],
    "sign": [
        "jose nunez",
        "JOSÉ",
        "Jose\u0301",
        "bücher",
        "bucher",
        "info@bücher.example",
        "info@xn--bcher-kva.example",
        "xn--bcher",
        "info@bu",
        "BÜCHER.example",
        "@bücher",
    ],
    "script": ["山田", "田太", "包装", "株式", "東京包装", "yamada@toyo"],
    "thai": ["สมชาย", "ใจดี", "กระดาษ", "กล่อง"],
    "hangul": ["서울", "글라스", "민수", "김민수"],
    "soft": ["hope", "allen", "al\u00adlen", "hope allen", "strauss", "strauß", "STRAUSS verp"],
}
PHONES = {
    "hash": [
        "02 5550 1234",
        "0255501234",
        "02 5550",
        "(02) 5550-1234",
        "02-5550.1234",
        "+61 2 5550 1234",
        "61255501234",
        "+61255501",
        "0061 2 5550 1234",
        "0011 61 2 5550 1234",
        "+61 (0)2 5550 1234",
        "tel:+61-2-5550-1234",
        "ann 02 5550 1234",
        "ng +61 2 5550",
        "０２ ５５５０ １２３４",
        "02\u20115550\u20111234",
        "2 5550 1234",
        "02 5550 1234 ext 3",
    ],
    "plain": ["0412 345 678", "0412345678", "+61 412", "412 345", "61412345678", "04 12"],
    "word": ["03 9000 7000", "(03) 9000"],
    "at": ["+44 20 7946", "020 7946 0958", "44 20 7946 0958", "442079460958"],
    "slash": ["1300 655 506", "1300 65", "+61 1300 655 506"],
    "sign": ["+49 30 901820", "030 901820", "0049 30 9018"],
}
CODES = {
    "hash": ["BOX-300×200", "box-300x200", "BOX–300 x 200", "Box-300X200", "BOX300×200"],
    "plain": ["TAPE_48", "tape_48", "#TAPE_48"],
    "word": ["FOLIE A+B", "folie a+b", "FOLIE\u00a0A+B"],
    "at": ["A4.FLAP", "a4.flap"],
    "slash": ["№7-CLIP", "№7–clip"],
    "sign": ["ÖSE-10", "ose-10", "öse–10", "O\u0308SE10"],
    "script": ["箱-大", "箱‐大"],
    "thai": ["ถุง-1"],
    "soft": ["TUBE-9", "tube9", "TU\u00adBE–9"],
}
DESCRIPTIONS = {
    "hash": ["300x200", "300×200", "300 x 200", "200 mm", "mailing 300", "box-300", "300 X 200"],
    "plain": ["tape 48", "packing", "48"],
    "word": ["folie b", "a+b", "luftpolster"],
    "at": ["flap", "a4"],
    "sign": ["messing", "ose aus", "öse"],
    "script": ["ボール", "段ボール箱", "大"],
    "thai": ["กระดาษ"],
    "hangul": ["유리", "리병"],
    "soft": ["tube", "TU\u200bBE"],
}
NOBODY = ["*", "%", "@", "+", "#", "--", "_", "'", "((", "*1001", "mith-jones", "rien", "包京", "9999", "acme.com.au"][
    :9
]
INVISIBLE = ["\u200b", "\u00ad\ufeff", " \u00a0 ", "\u202e"]


def _order(key: str) -> dict[str, Any]:
    reference, name, email, company, phone, code, description = STORED[key]
    return {
        "orderReference": reference,
        "createdAt": f"2025-10-{10 + list(STORED).index(key)}T10:30:00Z",
        "customer": {"name": name, "email": email, "company": company, "phone": phone},
        "items": [{"productCode": code, "description": description, "quantity": 1, "unitPrice": "10.00"}],
    }


def _open() -> tuple[str, dict[str, Any]]:
    """The client, and the keys of STORED by orderID, contactID and product code."""
    client_id = f"search-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id):
        record_built()
        outcomes = [result.outcome for result in orders_import(payloads=[_order(key) for key in STORED], now=NOW)]
        catch_up(clock=lambda: NOW)
        assert verify(settle=0) == []
    keys: dict[str, Any] = {}
    for key, outcome in zip(STORED, outcomes, strict=True):
        assert outcome is not None
        keys |= {outcome.order_id: key, outcome.contact_id: key}
    return client_id, keys


@pytest.fixture
def keys(client_id: str, opened_once: Callable[..., Any], settings: Settings) -> dict[str, str]:
    settings.PACKPROD_CLIENT_ID, found = opened_once(_open)
    return dict(found)


def _pairs(*tables: dict[str, list[str]]) -> list[tuple[str, str]]:
    pairs = [(key, typed) for table in tables for key, texts in table.items() for typed in texts]
    assert len(pairs) > 20
    return pairs


def _code_of(key: str) -> str:
    return STORED[key][5].replace("\u200b", "")


Door = Callable[[str], Iterable[str]]
"""What a text finds there: keys of STORED."""


@pytest.fixture
def door(reader: Client, boss: Client, keys: dict[str, str]) -> Callable[[str], Door]:
    """`door("api/orders")("#1002")`"""
    codes = {_code_of(key): key for key in STORED}

    def api(path: str, id_name: str, safe: str) -> Door:
        def find(typed: str) -> Iterable[str]:
            answer = reader.get(f"/api/{path}?search={quote(typed, safe=safe)}")
            assert answer.status_code == 200, (typed, answer.content)
            ids = [row[id_name] for row in answer.json()["data"]]
            assert len(set(ids)) == len(ids)
            return [keys.get(one) or codes[one] for one in ids]

        return find

    def change_list(path: str) -> Door:
        def find(typed: str) -> Iterable[str]:
            rows = boss.get(f"/admin/{path}/", {"q": typed}).context["cl"].result_list
            return [keys.get(row.pk) or codes[row.pk] for row in rows]

        return find

    def palette(typed: str) -> Iterable[str]:
        results = boss.get("/admin/search/", {"s": typed, "extended": "1"}).context["results"]
        ids = [admin_unquote(unquote(one.link.split("/")[-3])) for one in results if one.link.endswith("/change/")]
        return [keys.get(one) or codes[one] for one in ids]

    doors = {
        "api/orders": api("orders", "orderID", ""),
        "api/orders, raw +": api("orders", "orderID", "+"),
        "api/customers": api("customers", "contactID", ""),
        "api/customers, raw +": api("customers", "contactID", "+"),
        "api/products": api("products", "productCode", ""),
        "api/products, raw +": api("products", "productCode", "+"),
        "admin/orders": change_list("orders/order"),
        "admin/customers": change_list("customers/customer"),
        "admin/products": change_list("orders/product"),
        "Ctrl-K": palette,
    }
    return doors.__getitem__


def _missed(find: Door, pairs: list[tuple[str, str]]) -> list[tuple[str, str, list[str]]]:
    found = [(key, typed, sorted(find(typed))) for key, typed in pairs]
    return [one for one in found if one[2] != [one[0]]]


@pytest.mark.parametrize("name", ["api/orders", "api/orders, raw +", "admin/orders"])
def test_orders_are_found_by_reference_by_customer_and_by_product(door: Callable[[str], Door], name: str) -> None:
    assert _missed(door(name), _pairs(REFERENCES, NAMES, PHONES, CODES)) == []


@pytest.mark.parametrize("name", ["api/customers", "api/customers, raw +", "admin/customers"])
def test_customers_are_found_by_name_email_and_phone(door: Callable[[str], Door], name: str) -> None:
    assert _missed(door(name), _pairs(NAMES, PHONES)) == []


@pytest.mark.parametrize("name", ["api/products", "api/products, raw +", "admin/products"])
def test_products_are_found_by_code_and_description(door: Callable[[str], Door], name: str) -> None:
    assert _missed(door(name), _pairs(CODES, DESCRIPTIONS)) == []


def test_control_k_finds_all_of_these(door: Callable[[str], Door]) -> None:
    pairs = [pair for pair in _pairs(REFERENCES, NAMES, PHONES, CODES, DESCRIPTIONS) if len(pair[1].strip()) > 1]
    find = door("Ctrl-K")
    assert [(key, typed, found) for key, typed in pairs if set(found := list(find(typed))) != {key}] == []


DOORS = ["api/orders", "api/customers", "api/products", "admin/orders", "admin/customers", "admin/products"]


@pytest.mark.parametrize("name", DOORS)
def test_nothing_is_found_by_accident(door: Callable[[str], Door], name: str) -> None:
    assert {typed: list(door(name)(typed)) for typed in NOBODY} == {typed: [] for typed in NOBODY}


@pytest.mark.parametrize("name", DOORS)
def test_a_search_for_what_nobody_sees_is_no_search(door: Callable[[str], Door], name: str) -> None:
    for typed in INVISIBLE:
        assert sorted(door(name)(typed)) == sorted(STORED), repr(typed)


@pytest.mark.parametrize("few", [1, 600])
def test_a_walk_finds_the_same(keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(search_index, "FEW", few)
    for key, typed in _pairs(REFERENCES, NAMES, PHONES, CODES)[::5]:
        position, found = None, []
        while True:
            page = OrderSource().page(TableQuery(search=typed), limit=1, position=position, now=NOW)
            found += [keys[row.pk] for row in page.items]
            position = page.next_position
            if position is None:
                break
        assert found == [key], typed
