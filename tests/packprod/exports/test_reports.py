"""The reports as files say what their JSON says."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.packprod.exports.reading import body_of, csv_rows, xlsx_rows
from tests.packprod.exports.shop import open_shop

PERIOD = "from=2025-09-01&to=2025-10-31"


@pytest.fixture
def shop(post: Callable[..., Any], caught_up: Callable[[], None]) -> None:
    open_shop(post)
    caught_up()


def report(reader: Client, path: str) -> Any:
    return json.loads(reader.get(path).content, parse_float=Decimal)["data"]


def table(reader: Client, path: str) -> tuple[str, list[list[str]]]:
    """The name of the file and its rows, which must be the same in both formats."""
    answer = reader.get(f"{path}{'&' if '?' in path else '?'}format=csv")
    name = answer.headers["Content-Disposition"].removeprefix('attachment; filename="').removesuffix('.csv"')
    rows = csv_rows(body_of(answer))
    book = xlsx_rows(body_of(reader.get(f"{path}{'&' if '?' in path else '?'}format=xlsx")))
    assert [len(row) for row in book] == [len(row) for row in rows]
    for written, row in zip(rows, book, strict=True):
        for text, value in zip(written, row, strict=True):
            assert _same(text, value), (text, value)
    return name, rows[1:]


def _same(text: str, value: Any) -> bool:
    match value:
        case None:
            return text == ""
        case str():
            return text.removeprefix("'") == value
        case int() | float():
            return Decimal(text) == round(Decimal(value), 2)
    return text[:16] == str(value.isoformat())[:16] or text == str(value.date().isoformat())


def texts(rows: Any, *names: str) -> list[list[str]]:
    return [["" if row[name] is None else str(row[name]) for name in names] for row in rows]


def test_all_four(reader: Client, shop: None) -> None:
    _products(reader)
    _sales(reader)
    _overview(reader)
    _statistics(reader)


def _products(reader: Client) -> None:
    data = report(reader, f"/api/reports/products?{PERIOD}")
    for row in data:
        row["description"] = row["description"] and f"'{row['description']}"
    name, rows = table(reader, f"/api/reports/products?{PERIOD}")
    assert name == "products-2025-09-01-to-2025-10-31"
    now = texts(data, "productCode", "description", "units", "revenue", "orders", "share")
    pairs = ((row["previous"][name], row["change"][name]) for row in data for name in ("units", "revenue", "orders"))
    before = ["" if value is None else str(value) for pair in pairs for value in pair]
    assert [row[:6] for row in rows] == now
    assert [text for row in rows for text in row[6:]] == before
    assert len(rows) == 4


def _sales(reader: Client) -> None:
    data = report(reader, f"/api/reports/sales?{PERIOD}&granularity=week")
    name, rows = table(reader, f"/api/reports/sales?{PERIOD}&granularity=week")
    assert name == "sales-by-week-2025-09-01-to-2025-10-31"
    series = texts(data["series"], "date", "orders", "revenue", "units", "averageOrderValue")
    assert [row[:5] for row in rows if row[0]] == series
    assert sum(Decimal(row[7]) for row in rows if row[5]) == Decimal(str(data["previous"]["revenue"]))
    assert [row[5] for row in rows if row[5]] == sorted({row[5] for row in rows if row[5]})
    assert len(rows) == len(data["compared"])


def _overview(reader: Client) -> None:
    data = report(reader, "/api/reports/overview?from=2025-10-01&to=2025-10-31&compare=year")
    name, rows = table(reader, "/api/reports/overview?from=2025-10-01&to=2025-10-31&compare=year")
    assert name == "overview-2025-10-01-to-2025-10-31"
    revenue = next(row for row in rows if row[:1] == ["Figures"] and row[3] == "Revenue")
    compared = "2025-10-01 to 2025-10-31, compared with 2024-10-01 to 2024-10-31"
    assert revenue == ["Figures", "", compared, "Revenue", str(data["revenue"]), "0.00", ""]
    dormant = next(row for row in rows if row[3] == "Dormant")
    assert dormant[4] == str(data["segments"]["Dormant"])
    tops = [row for row in rows if row[0] == "Top products" and row[3] == "Units"]
    assert [row[1] for row in tops] == [product["productCode"] for product in data["topProducts"]]
    assert [row[4] for row in tops] == [str(product["units"]) for product in data["topProducts"]]
    assert sum(row[0] == "Top customers" for row in rows) == 2 * len(data["topCustomers"])


def test_statistics_of_a_period(reader: Client, shop: None) -> None:
    address = "/api/reports/statistics?from=2025-10-01&to=2025-10-31"
    data = report(reader, address)
    name, rows = table(reader, address)
    assert name == "statistics-2025-10-01-to-2025-10-31"
    revenue = next(row for row in rows if row[1] == "Revenue")
    assert revenue[2:] == [str(data["revenue"]), "", str(data["previous"]["revenue"]), str(data["change"]["revenue"])]
    monday = next(row for row in rows if row[1] == "Monday")
    assert monday[2::2] == [str(data["ordersByWeekday"][0]), str(data["previous"]["ordersByWeekday"][0])]


def _statistics(reader: Client) -> None:
    data = report(reader, "/api/reports/statistics")
    name, rows = table(reader, "/api/reports/statistics")
    assert name.startswith("statistics-20")
    figures = {(row[0], row[1]): row[2] for row in rows}
    assert figures["Figures", "Median order value"] == str(data["medianOrderValue"])
    assert figures["Order value percentiles", "p99"] == str(data["orderValuePercentiles"]["p99"])
    by_hour = [value for (section, _), value in figures.items() if section == "Orders by hour"]
    assert by_hour == [str(count) for count in data["ordersByHour"]]
    by_weekday = [value for (section, _), value in figures.items() if section == "Orders by weekday"]
    assert by_weekday == [str(count) for count in data["ordersByWeekday"]]
    assert {tuple(row[4:]) for row in rows} == {("", "")}  # all time stands beside nothing
    first = next(row for row in rows if row[1] == "First order")
    assert first[3] == "2025-09-01T10:30:00+10:00"
