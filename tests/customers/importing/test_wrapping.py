"""Orders inside something else: refused, with what was sent and what to send."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client

from customers.importing.drafts import split_body
from packprod.errors import FieldProblem, InvalidInput
from tests.customers.importing.test_validation import order, parsed

ORDER = order()
TEXT = json.dumps(ORDER)
URL = "/admin/contacts/import"
NO_ORDERS: list[Any] = [{"a": 1}, "hello", "{", {"orders": "x"}, {"body": {"a": "b"}}, {"orders": ORDER}, [[]]]


def refused(body: Any) -> Sequence[FieldProblem]:
    """The problems of a body, or of the one order in it."""

    def read() -> None:
        (payload,), _ = split_body(body)
        parsed(payload)

    with pytest.raises(InvalidInput) as raised:
        read()
    return raised.value.problems


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"body": ORDER}, "order", 'inside "body": send what is inside alone (n8n: {{ JSON.stringify($json.body) }})'),
        ({"data": ORDER}, "order", "JSON.stringify($json.data)"),
        ({"data": {"orders": [ORDER]}}, "order", "JSON.stringify($json.data.orders)"),
        ({"headers": {}, "body": {"order": ORDER}}, "order", "JSON.stringify($json.body.order)"),
        ({"the order": ORDER}, "order", 'JSON.stringify($json["the order"])'),
        ({"json": ORDER}, "order", "JSON.stringify($input.all().map(item => item.json))"),
        ([{"json": ORDER}], "order", 'is inside "json"'),
        ({"orders": [{"json": ORDER}]}, "order", 'is inside "json"'),
        (
            {"body": TEXT},
            "order",
            "as JSON written as text: send that text alone (n8n: {{ $json.body }})",
        ),
        (TEXT, "orders", "is JSON written as text: send the JSON itself"),
        (json.dumps(TEXT), "orders", "is JSON written as text"),
        (json.dumps([ORDER]), "orders", "is JSON written as text"),
        ({"orders": json.dumps([ORDER])}, "orders", "is JSON written as text"),
        ([TEXT], "order", "is JSON written as text"),
        ([[ORDER]], "order", "is a list within the list: send one flat list"),
        ([[[ORDER]]], "order", "is a list within the list"),
    ],
)
def test_wrapped_orders(body: Any, field: str, says: str) -> None:
    (problem,) = refused(body)
    assert (problem.field, problem.code) == (field, "wrapped")
    assert says in problem.message


@pytest.mark.parametrize(
    "body", [{"a": 1}, "hello", "{", {"orders": "x"}, {"body": {"a": "b"}}, {"orders": ORDER}, [[]]]
)
def test_what_holds_no_order_is_not_called_wrapped(body: Any) -> None:
    assert "wrapped" not in {problem.code for problem in refused(body)}


def test_an_order_may_carry_another() -> None:
    assert parsed(ORDER | {"body": ORDER}).extra["body"] == ORDER


def test_over_http_a_wrapped_body_is_refused_and_in_an_array_each_order_on_its_own(importer: Client) -> None:
    alone = importer.post(URL, {"body": ORDER}, content_type="application/json")
    assert (alone.status_code, alone.json()["error"]["details"][0]["code"]) == (400, "wrapped")
    assert "$json.body" in alone.json()["detail"]
    both = importer.post(URL, [{"json": ORDER}, order(orderReference="R-2")], content_type="application/json").json()[
        "data"
    ]
    assert [row["status"] for row in both] == [400, 201]
    assert 'inside "json"' in both[0]["errors"][0]["message"]


def test_forms_are_refused_with_what_is_needed(importer: Client) -> None:
    form = importer.post(URL, "orderReference=1001", content_type="application/x-www-form-urlencoded")
    assert form.status_code == 415
    assert "was sent as application/x-www-form-urlencoded; it must be JSON" in form.json()["detail"]
    undeclared = importer.post(URL, "orderReference=1001&total=5", content_type="application/json")
    assert undeclared.status_code == 400
    assert "is form-encoded (name=value); JSON is needed" in undeclared.json()["detail"]
