"""Envelope, paging and query parameters."""

from typing import Any

import pytest
from django.test import Client

from packprod.api.answers import Pagination, ok
from packprod.json_objects import to_plain


def test_the_envelope(reader: Client) -> None:
    answer = reader.get("/api/echo", headers={"X-Request-ID": "n8n-42"})
    assert answer["X-Request-ID"] == "n8n-42"
    assert b'"total":1234.50' in answer.content
    body = answer.json()
    assert set(body) == {"data", "meta"}
    assert body["meta"].pop("responseTime").removesuffix("ms").isdigit()
    assert body["meta"] == {"cacheHit": True, "requestId": "n8n-42", "source": "cache"}


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "jane@example.com", "a\tb", "é"])
def test_a_request_id_that_is_not_plain_is_replaced(reader: Client, given: str) -> None:
    answer = reader.get("/api/echo", headers={"X-Request-ID": given})
    assert answer["X-Request-ID"] != given
    assert answer["X-Request-ID"] == answer.json()["meta"]["requestId"]
    assert len(answer["X-Request-ID"]) == 32


def test_paging_through_a_list(reader: Client) -> None:
    seen: list[int] = []
    parameters: dict[str, Any] = {"limit": 50}
    while True:
        body = reader.get("/api/numbers", parameters).json()
        seen += body["data"]
        assert body["pagination"]["limit"] == 50
        assert body["pagination"]["total"] == body["total"] == 120
        if not body["pagination"]["nextCursor"]:
            break
        parameters["cursor"] = body["pagination"]["nextCursor"]
    assert seen == list(range(120))


def test_a_total_that_is_not_known_is_not_there() -> None:
    part = Pagination(limit=50, next_cursor="x")
    body = to_plain(ok([], source="cache", pagination=part).data)
    assert "total" not in body
    assert body["pagination"] == {"limit": 50, "nextCursor": "x"}
    nothing = to_plain(ok([], source="cache", pagination=Pagination(limit=50, next_cursor=None, total=0)).data)
    assert nothing["total"] == nothing["pagination"]["total"] == 0


def test_limits(reader: Client) -> None:
    assert len(reader.get("/api/numbers").json()["data"]) == 50
    assert len(reader.get("/api/numbers?limit=200").json()["data"]) == 120
    assert len(reader.get("/api/numbers?limit=1").json()["data"]) == 1
    for limit in ["0", "201", "-1", "1.5", "", "ten", "٥", "99999999999", "1e2", " 5"]:
        answer = reader.get("/api/numbers", {"limit": limit})
        assert answer.status_code == 400
        assert answer.json()["error"]["details"][0]["field"] == "limit"


def test_forged_and_foreign_cursors(reader: Client) -> None:
    cursor = reader.get("/api/numbers?limit=2").json()["pagination"]["nextCursor"]
    assert reader.get("/api/numbers", {"cursor": cursor}).json()["data"][0] == 2
    flipped = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    forged = ["x", "::", cursor[:-1], flipped, cursor + "x", "." + cursor, "é", "\x00", "a:b:c", cursor[3:]]
    foreign = {"cursor": cursor, "sort": "name"}
    for parameters in [*({"cursor": text} for text in forged), foreign]:
        answer = reader.get("/api/numbers", parameters)
        assert answer.status_code == 400, parameters
        assert answer.json()["error"]["code"] == "invalid_cursor"
        assert answer.json()["error"]["details"][0]["field"] == "cursor"


def test_unknown_and_repeated_parameters_are_named(reader: Client) -> None:
    unknown = reader.get("/api/numbers?limits=3").json()
    assert unknown["error"]["details"][0]["code"] == "unknown_parameter"
    assert "there are: cursor, limit, search, sort" in unknown["detail"]
    repeated = reader.get("/api/numbers?limit=3&limit=4").json()
    assert repeated["error"]["details"][0] == {
        "field": "limit",
        "code": "repeated_parameter",
        "message": "The parameter is given more than once.",
    }
