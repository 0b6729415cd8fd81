"""`?format=`: who may have a file, what is refused, and what happens when the engine is lost on the way."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from openpyxl import load_workbook

from packprod.errors import EngineUnavailable
from packprod.exports import as_csv
from packprod.readmodels.lists import pages
from tests.http.test_outage import assert_unavailable
from tests.packprod.exports.reading import body_of, csv_rows

Post = Callable[..., Any]
LISTS = [
    "/api/customers",
    "/api/customers/somebody/orders",
    "/api/orders",
    "/api/products",
    "/api/products/BOX-A4/orders",
    "/api/customers/somebody/reorders",
    "/api/reports/overdue",
]
REPORTS = [f"/api/reports/{name}" for name in ("overview", "products", "sales", "statistics", "cohorts")]
FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pytest.fixture
def orders(post: Post, make_order: Callable[..., Any]) -> list[str]:
    """Twenty orders, newest first, read two at a time."""
    references = [f"ORD-{number:02}" for number in range(20)]
    post([make_order(one, createdAt=f"2025-10-{30 - n:02}T10:30:00Z") for n, one in enumerate(references)])
    return references


@pytest.fixture
def by_small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two orders a page, a chunk for each row."""
    monkeypatch.setattr(pages, "ROWS_PER_READ", 2)
    monkeypatch.setattr(as_csv, "CHUNK_CHARACTERS", 1)


def problem(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    detail = body["error"]["details"][0]
    return answer.status_code, detail["field"], detail["code"]


def test_what_is_refused(reader: Client) -> None:
    for path in (*LISTS, *REPORTS):
        for name in ("pdf", "CSV", "csv,xlsx", "csv "):
            assert problem(reader.get(f"{path}?format={name}")) == (400, "format", "invalid_choice"), path
        assert problem(reader.get(f"{path}?format=csv&format=csv")) == (400, "format", "repeated_parameter")
    for path in LISTS:
        for name in ("csv", "xlsx"):
            assert problem(reader.get(f"{path}?format={name}&limit=10")) == (400, "limit", "not_with_a_file")
            assert problem(reader.get(f"{path}?cursor=x&format={name}")) == (400, "cursor", "not_with_a_file")
    assert problem(reader.get("/api/orders?rows=items")) == (400, "rows", "only_with_a_file")
    assert problem(reader.get("/api/orders?rows=lines&format=csv")) == (400, "rows", "invalid_choice")
    assert problem(reader.get("/api/orders/parked?format=csv")) == (400, "format", "unknown_parameter")
    assert problem(reader.get("/api/customers/somebody?format=csv")) == (400, "format", "unknown_parameter")
    assert problem(reader.get("/api/orders?format=csv&status=lost")) == (400, "status", "invalid_choice")


def test_format_json_is_the_ordinary_answer(reader: Client, orders: list[str]) -> None:
    for query in ("?format=json&limit=3", "?format=&limit=3&rows=orders"):
        answer = reader.get(f"/api/orders{query}")
        assert [row["orderReference"] for row in answer.json()["data"]] == orders[:3]


def test_nobody_without_the_right_has_a_file(client_with: Callable[..., Client]) -> None:
    for path in (*LISTS, *REPORTS):
        assert client_with().get(f"{path}?format=csv").status_code == 401
        assert client_with("orders:import", "orders:write").get(f"{path}?format=xlsx").status_code == 403


def test_a_person_needs_the_permission_of_the_list(orders: list[str], client: Client) -> None:
    client.force_login(User.objects.create_user("ann", is_staff=True))
    assert client.get("/api/orders?format=csv").status_code == 403
    client.force_login(User.objects.create_superuser("bob"))
    assert len(csv_rows(body_of(client.get("/api/orders?format=csv")))) == len(orders) + 1


def test_the_headers_of_a_file(reader: Client, orders: list[str]) -> None:
    for name, kind in FILES.items():
        answer = reader.get(f"/api/orders?format={name}&from=2025-10-12&to=2025-10-31&status=received")
        assert answer.headers["Content-Type"] == kind
        expected = f'attachment; filename="orders-received-2025-10-12-to-2025-10-31.{name}"'
        assert answer.headers["Content-Disposition"] == expected
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Request-ID"]
        answer.close()


NAMES = {
    "from=2025-10-05": "orders-from-2025-10-05.csv",
    "to=2025-10-05": "orders-to-2025-10-05.csv",
    "from=2025-10-05&to=2025-10-05": "orders-2025-10-05.csv",
    "from=2025-10-04T14:00:00Z&to=2025-10-05T12:59:59Z": "orders-2025-10-05.csv",
    "rows=items": "order-lines.csv",
    "": "orders.csv",
}


def test_the_names_of_files(reader: Client, orders: list[str]) -> None:
    for query, name in NAMES.items():
        answer = reader.get(f"/api/orders?format=csv&{query}")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        answer.close()


def test_there_is_no_file_of_what_is_not_there(reader: Client, client_id: str) -> None:
    for path in ("/api/customers/nobody/orders", "/api/customers/nobody/reorders", "/api/products/NOTHING/orders"):
        for name in FILES:
            answer = reader.get(f"{path}?format={name}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_an_empty_list_is_a_header(reader: Client, client_id: str) -> None:
    (header,) = csv_rows(body_of(reader.get("/api/orders?format=csv")))
    assert header[:3] == ["Reference", "Created (Australia/Sydney)", "Status"]
    assert "Total (AUD)" in header


@pytest.mark.usefixtures("no_engine")
def test_no_engine_no_file(reader: Client) -> None:
    for path in (*LISTS, *REPORTS):
        for name in FILES:
            assert_unavailable(reader.get(f"{path}?format={name}"))


@pytest.mark.usefixtures("by_small_pages")
def test_the_engine_is_lost_on_the_way(
    reader: Client, orders: list[str], engine_lost_after: Callable[[int], None], log_lines: Callable[[], Any]
) -> None:
    """Some of the file has gone out: the connection must break, as nothing else can be said any more."""
    engine_lost_after(8)
    answer: Any = reader.get("/api/orders?format=csv")
    assert answer.status_code == 200
    sent = []
    with pytest.raises(EngineUnavailable):
        sent.extend(answer.streaming_content)
    answer.close()
    assert 1 < len(b"".join(sent).splitlines()) < len(orders)
    (line,) = [line for line in log_lines() if line.get("export")]
    assert line["event"].startswith("Export of orders as csv failed after ")
    assert line["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.usefixtures("by_small_pages")
def test_a_workbook_is_whole_or_a_503(
    reader: Client, orders: list[str], engine_lost_after: Callable[[int], None]
) -> None:
    engine_lost_after(8)
    assert_unavailable(reader.get("/api/orders?format=xlsx"))


@pytest.mark.usefixtures("by_small_pages")
def test_orders_that_come_meanwhile_change_nothing_else(
    reader: Client, orders: list[str], post: Post, make_order: Callable[..., Any]
) -> None:
    answer: Any = reader.get("/api/orders?format=csv")
    chunks = iter(answer.streaming_content)
    sent = [next(chunks) for _ in range(6)]
    for day in ("2025-09-01", "2025-10-20", "2025-11-01"):
        post(make_order(f"NEW-{day}", createdAt=f"{day}T09:00:00Z"))
    sent += chunks
    answer.close()
    found = [row[0] for row in csv_rows(b"".join(sent))[1:]]
    assert [one for one in found if one in orders] == orders
    assert set(found) - set(orders) == {"NEW-2025-09-01", "NEW-2025-10-20"}


@pytest.mark.usefixtures("by_small_pages")
def test_exports_leave_room_for_others(reader: Client, orders: list[str], log_lines: Callable[[], Any]) -> None:
    running = [reader.get("/api/orders?format=csv") for _ in range(2)]
    refused = reader.get("/api/orders?format=xlsx")
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many_exports")
    assert int(refused.headers["Retry-After"]) > 0
    assert reader.get("/api/orders").status_code == 200
    running[0].close()  # whoever asked for it went away
    workbook: Any = load_workbook(io.BytesIO(body_of(reader.get("/api/orders?format=xlsx"))))
    assert workbook.active.max_row == len(orders) + 1
    assert len(csv_rows(body_of(running[1]))) == len(orders) + 1
    outcomes = [line["event"] for line in log_lines() if line.get("export")]
    assert outcomes == [
        "Export of orders as csv abandoned after 1 rows",
        "Exported 20 rows of orders as xlsx",
        "Exported 20 rows of orders as csv",
    ]
