"""The inbox finds an import by any of its references, whatever their length and spelling."""

import importlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from customers.inbox.models import ReceivedImport
from customers.inbox.reference_keys import reference_keys, whole_key
from customers.inbox.selectors import was_received
from tests.customers.inbox.test_inbox import Keep, keep

__all__ = ["keep"]
pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/customers/receivedimport/"
LONG = "ORD-" + "x" * 120 + "-end"
SPELLINGS = {
    LONG: (LONG, LONG.lower(), f" {LONG}\u200b"),
    "Order 1001": ("Order 1001", "order  1001", "ORDER\u00a01001"),
    "Caf\u00e9-1": ("Cafe\u0301-1", "CAF\u00c9-1"),
    "B\u00d6X 7/2": ("b\u00f6x 7/2", "BO\u0308X 7/2"),
    "100%_a": ("100%_a", "100%_A"),
    "#7": ("#7",),
    "\u4e2d\u6587\u5355\u53f7": ("\u4e2d\u6587\u5355\u53f7",),
    "a\\b": ("a\\b", "A\\B"),
}


@pytest.mark.parametrize("reference", SPELLINGS)
def test_every_spelling_finds_it(boss: Client, keep: Keep, make_order: Callable[..., Any], reference: str) -> None:
    row = keep([make_order("OTHER"), make_order(reference)])
    keep(make_order("SOMETHING"))
    for spelling in SPELLINGS[reference]:
        assert was_received(reference=spelling), spelling
        assert found(boss, spelling) == [row.pk], spelling
    assert not was_received(reference=reference[:-1])
    assert found(boss, reference[:-1] or reference) == [row.pk]  # a part is enough for the search


def test_the_last_of_a_hundred(boss: Client, keep: Keep, make_order: Callable[..., Any]) -> None:
    row = keep([make_order(f"ORD-{number:03}") for number in range(100)])
    assert len(row.references.split()) == 20  # as many as the list shows
    assert found(boss, "ord-099") == [row.pk]
    assert was_received(reference="ORD-099")


def test_reasons_and_request_ids_are_found_as_before(boss: Client, keep: Keep) -> None:
    row = keep(b"no JSON", status=400, code="invalid_json")
    assert found(boss, "is AWAY") == found(boss, "R1") == [row.pk]
    assert found(boss, "nothing") == []
    assert found(boss, "\u200b") == [row.pk]  # nothing is left of it


def test_imports_of_before_are_found_after_the_upgrade(keep: Keep, make_order: Callable[..., Any]) -> None:
    keep([make_order(LONG), make_order("Order 1001"), {"orderReference": None}])
    keep(b"[1, 2")
    ReceivedImport.objects.update(reference_keys="")
    assert not was_received(reference=LONG)
    importlib.import_module("customers.migrations.0004_inbox_reference_keys").fill(apps, None)
    assert was_received(reference=LONG)
    assert was_received(reference="order 1001")


@given(st.lists(st.text(min_size=1), max_size=5))
def test_keys_of_any_references(references: list[str]) -> None:
    keys = reference_keys(references)
    assert all(whole_key(one) in keys for one in references if whole_key(one).strip("\n"))
    assert json.loads(json.dumps(keys)) == keys


def found(client: Client, text: str) -> list[int]:
    return [row.pk for row in client.get(LIST, {"q": text}).context["cl"].result_list]
