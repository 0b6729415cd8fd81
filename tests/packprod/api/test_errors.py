"""Every failure has the contract's body, whoever raised it and wherever."""

from typing import Any

import pytest
from django.test import Client


def _check_shape(answer: Any) -> dict[str, Any]:
    assert answer["Content-Type"] == "application/json"
    body: dict[str, Any] = answer.json()
    assert set(body) == {"error", "detail", "meta"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["meta"]["requestId"] == answer["X-Request-ID"]
    assert body["detail"].endswith(".")
    assert "Traceback" not in str(body)
    assert "jane.doe" not in str(body)
    return body


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("invalid", 400, "validation_failed"),
        ("serializer", 400, "validation_failed"),
        ("suspicious", 400, "bad_request"),
        ("missing", 404, "not_found"),
        ("conflict", 409, "order_conflict"),
        ("engine", 503, "engine_unavailable"),
        ("sql", 503, "database_unavailable"),
        ("bug", 500, "internal_error"),
    ],
)
def test_what_a_view_raises(reader: Client, kind: str, status: int, code: str) -> None:
    answer = reader.get(f"/api/failing/{kind}")
    assert answer.status_code == status
    assert _check_shape(answer)["error"]["code"] == code
    assert answer.has_header("Retry-After") == (status == 503)


def test_the_sentence_names_the_first_field_and_counts_the_others(reader: Client) -> None:
    body = _check_shape(reader.get("/api/failing/invalid"))
    assert body["detail"] == "items.0.quantity: must be more than 0. There are 2 more problems."
    assert [problem["field"] for problem in body["error"]["details"]] == [
        "items.0.quantity",
        "total",
        "currency",
    ]
    assert body["error"]["message"] == "The order is not valid."


def test_a_serializers_errors_become_dotted_paths(reader: Client) -> None:
    details = _check_shape(reader.get("/api/failing/serializer"))["error"]["details"]
    assert {(d["field"], d["code"]) for d in details} == {
        ("reference", "required"),
        ("items.1.quantity", "min_value"),
    }


@pytest.mark.parametrize(("kind", "status"), [("bug", 500), ("sql", 503), ("suspicious", 400), ("engine", 503)])
def test_exceptions_outside_of_drf(client: Client, kind: str, status: int) -> None:
    answer = client.get(f"/api/outside-drf?kind={kind}")
    assert answer.status_code == status
    _check_shape(answer)


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api", "/api/", "/api/nothing", "/api/echo/more", "/api/x.php?a=1"])
def test_unknown_addresses_under_api(client: Client, method: str, address: str) -> None:
    answer = getattr(client, method)(address)
    assert answer.status_code == 404
    assert _check_shape(answer)["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "address"),
    [("put", "/api/echo"), ("post", "/api/numbers"), ("post", "/healthz"), ("delete", "/readyz")],
)
def test_wrong_methods(reader: Client, method: str, address: str) -> None:
    answer = getattr(reader, method)(address)
    assert answer.status_code == 405
    assert _check_shape(answer)["error"]["code"] == "method_not_allowed"
    assert answer["Allow"]


def test_a_host_that_is_not_ours(client: Client) -> None:
    answer = client.get("/api/echo", headers={"Host": "jane.doe.example.com"})
    assert answer.status_code == 400
    _check_shape(answer)


def test_the_import_address_speaks_json_with_and_without_slash(client: Client) -> None:
    for address in ("/admin/contacts/import", "/admin/contacts/import/"):
        answer = client.post(address, {}, "application/json")
        assert answer.status_code == 401
        _check_shape(answer)


def test_pages_for_people_stay_pages(client: Client) -> None:
    assert client.get("/nothing")["Content-Type"].startswith("text/html")
    broken = client.get("/page")
    assert broken.status_code == 500
    assert broken["Content-Type"].startswith("text/html")
    assert client.get("/")["Location"] == "/admin/"


def test_throttled_clients_are_told_when_to_come_back(reader: Client, settings: Any) -> None:
    settings.PACKPROD_REQUESTS_PER_MINUTE = {"read": 3, "write": 3, "anonymous": 3}
    settings.PACKPROD_THROTTLE = True
    statuses = [reader.get("/api/echo").status_code for _ in range(5)]
    assert statuses in ([200, 200, 200, 429, 429], [200, 200, 200, 200, 429])  # a minute may turn in between
    answer = reader.get("/api/echo")
    assert _check_shape(answer)["error"]["code"] == "throttled"
    assert 1 <= int(answer["Retry-After"]) <= 61
    settings.PACKPROD_THROTTLE = False
    assert reader.get("/api/echo").status_code == 200


def test_guessing_keys_is_throttled_by_address_and_hurts_nobody_else(
    client: Client, reader: Client, settings: Any
) -> None:
    settings.PACKPROD_REQUESTS_PER_MINUTE = {"read": 100, "write": 100, "anonymous": 3}
    settings.PACKPROD_THROTTLE = True
    for _ in range(8):
        last = client.get("/api/echo", headers={"Authorization": "Token guess"})
    assert last.status_code == 429
    assert client.get("/api/echo", REMOTE_ADDR="10.0.0.9").status_code == 401
    assert reader.get("/api/echo").status_code == 200
