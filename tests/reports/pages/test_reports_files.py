"""CSV and Excel of each report page hold exactly the rows that are on the screen."""

from decimal import Decimal
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.test import Client

from packprod.exports import response
from reports.pages.formats import currency, percent
from tests.packprod.exports.reading import body_of, csv_rows, xlsx_rows
from tests.reports.pages.report_shop import PAGES, PERIOD

pytestmark = pytest.mark.usefixtures("staff_site", "report_shop")


def _files(client: Client, name: str, query: str = "") -> tuple[Any, list[list[str]], list[tuple[Any, ...]]]:
    """The page's report, its CSV and its XLSX, by the links that the page has."""
    page = client.get(f"{PAGES[name]}?{query}" if query else PAGES[name])
    as_csv, as_xlsx = (body_of(client.get(file.url)) for file in page.context["files"])
    return page.context["report"], csv_rows(as_csv), xlsx_rows(as_xlsx)


def test_sales_and_products(boss: Client) -> None:
    report, as_csv, as_xlsx = _files(boss, "sales")
    shown = [(row["date"], row["orders"], row["revenue"], row["before"], row["change"]) for row in report["rows"]]
    told = [(row[0] or None, _decimal(row[1]), *map(_decimal, (row[2], row[7], row[8]))) for row in as_csv[1:]]
    assert told == shown
    assert [row[2] for row in as_xlsx[1:]] == [None if row[2] is None else float(row[2]) for row in shown]
    report, as_csv, as_xlsx = _files(boss, "products")
    assert [row[0] for row in as_csv[1:]] == [row["product_code"] for row in report["rows"]]
    assert [Decimal(row[3]) for row in as_csv[1:]] == [row["revenue"] for row in report["rows"]]
    before = [(row["previous"].revenue, row["change"].revenue) for row in report["rows"]]
    assert [(Decimal(row[8]), _decimal(row[9])) for row in as_csv[1:]] == before
    assert len(as_xlsx) == len(as_csv) == 3


def test_overview_and_statistics(boss: Client) -> None:
    report, as_csv, as_xlsx = _files(boss, "overview")
    by_day = [(row[1] or None, _decimal(row[4]), _decimal(row[5])) for row in as_csv if row[0] == "Revenue over time"]
    assert by_day == [(row["date"], row["revenue"], row["before"]) for row in report["rows"]]
    assert len(as_xlsx) == len(as_csv)
    report, as_csv, as_xlsx = _files(boss, "statistics")
    hours = [int(row[2]) for row in as_csv if row[0] == "Orders by hour"]
    assert hours == [row["orders"] for row in report["hours"].rows]


def test_statistics_of_a_period(boss: Client) -> None:
    _, as_csv, as_xlsx = _files(boss, "statistics", PERIOD)
    shown = boss.get(f"{PAGES['statistics']}?{PERIOD}").context["report"]
    assert as_csv[1][1] == "2025-09-01 to 2025-10-23, compared with 2025-07-10 to 2025-08-31"
    by_hour = [(row[1], int(row[2]), int(row[4])) for row in as_csv if row[0] == "Orders by hour"]
    assert by_hour == [(row["title"], row["orders"], row["before"]) for row in shown["hours"].rows]
    orders, revenue = as_csv[2], as_csv[3]
    assert orders[2:] == ["12", "", "2", "500.0"]
    assert [currency(Decimal(text)) for text in (revenue[2], revenue[4])] == [
        shown["cards"][1].value,
        shown["cards"][1].change.before,
    ]
    assert len(as_xlsx) == len(as_csv)


def test_cohorts_and_overdue(boss: Client) -> None:
    report, as_csv, _ = _files(boss, "cohorts")
    cells = [cell["text"] for row in report["table"]["rows"] for cell in row["cells"]]
    assert [percent(Decimal(row[4])) for row in as_csv[1:]] == cells
    report, as_csv, _ = _files(boss, "overduereorders")
    assert [(row[3], int(row[6]), int(row[10])) for row in as_csv[1:]] == [
        (row["productCode"], row["occasions"], row["daysOverdue"]) for row in report["rows"]
    ]


def test_performance(boss: Client) -> None:
    boss.get(PAGES["sales"])
    _, as_csv, _ = _files(boss, "performance")
    assert "reportSales" in [row[1] for row in as_csv]


def test_when_too_many_are_made_at_once(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(response, "_slots", BoundedSemaphore(1))
    with response._slots:
        answer = boss.get(f"{PAGES['sales']}&format=csv")
    assert answer.status_code == 429
    assert "try again in a few seconds" in answer.content.decode()


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
