"""Addresses of report pages: what is wrong in one is said, the default shown; what is right is kept in every link."""

import html
import re
from datetime import datetime

import pytest
from django.test import Client

from reports.pages.filter_bar import period_bar
from reports.pages.parameters import default_period_parameters
from reports.parameters import COMPARED_PERIOD, PERIOD
from tests.reports.pages.report_shop import PAGES

pytestmark = pytest.mark.usefixtures("staff_site")
WRONG = {
    "overview": ["from=tomorrow", "preset=ever", "granularity=hour", "compare=friends", "segment=Rich", "product=BOX"],
    "sales": [
        "from=2025-10-02&to=2025-10-01",
        "from=1900-01-01&granularity=day",
        "segment=VIP&product=BOX",
        "product=" + "x" * 301,
    ],
    "products": ["compare=friends", "granularity=day", "segment=VIP", "to=2025-13-45", "from=2025-10-01&preset=today"],
    "statistics": ["compare=year", "from=tomorrow", "granularity=day", "to=9999-12-31", "x" * 200 + "=1"],
    "cohorts": ["from=2025-10-01", "from=2025-12&to=2025-01", "show=all", "from=0000-00"],
    "overduereorders": [
        "state=maybe",
        "p=forged",
        "p=" + "A" * 200,
        "order=up",
        "limit=10",
        "segment=Rich",
        "search=" + "x" * 301,
    ],
    "performance": ["from=2025-10-01"],
}
KEPT = {"segment=VIP&product=BOX": {"product": "BOX"}, "from=1900-01-01&granularity=day": {"from": "1900-01-01"}}


@pytest.mark.parametrize("report", WRONG)
def test_a_wrong_parameter_is_named_and_left_out(boss: Client, report: str) -> None:
    bare = PAGES[report].partition("?")[0]
    for query in [*WRONG[report], "format=pdf", "from=%00", "unknown=1", "from=2025-10-01&from=2025-10-02"]:
        answer = boss.get(f"{bare}?{query}")
        assert answer.status_code == (400 if "format" in query else 200), query
        assert "This is the report without " in answer.content.decode(), query
        assert answer.context["params"].given == KEPT.get(query, {}), query


def test_what_is_right_is_kept(boss: Client) -> None:
    right = "from=2025-09-01&to=2025-10-23&compare=year&granularity=week"
    page = boss.get(f"/admin/reports/sales/?{right}&product=BOX-A4&segment=VIP")
    assert "Give either product or segment" in page.content.decode()
    assert "This is the report without segment." in page.content.decode()
    assert page.context["params"].query() == f"?{right}&product=BOX-A4"
    page = boss.get("/admin/reports/overview/?from=2025-13-01&to=2025-10-23&compare=friends&granularity=week&x=1")
    assert page.context["params"].query() == "?granularity=week"  # of a period no half is kept


def test_no_file_of_the_default_under_a_wrong_address(boss: Client) -> None:
    answer = boss.get("/admin/reports/sales/?format=csv&from=tomorrow")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")


def test_links_of_the_bar_keep_what_is_chosen(boss: Client) -> None:
    asked = "/admin/reports/sales/?from=2025-09-01&to=2025-10-23&compare=year&granularity=week&product=BOX-A4"
    page = boss.get(asked).content.decode()
    links = {html.unescape(link) for link in re.findall(r'href="(\?[^"]*)"', page)}
    assert "?from=2025-09-01&to=2025-10-23&compare=year&granularity=month&product=BOX-A4" in links
    assert "?from=2025-09-01&to=2025-10-23&granularity=week&product=BOX-A4" in links
    assert "?compare=year&granularity=week&product=BOX-A4&preset=last_month" in links
    files = set(re.findall(r'href="([^"]*format=[^"]*)"', page))
    assert {html.unescape(one) for one in files} == {f"{asked}&format=csv", f"{asked}&format=xlsx"}
    assert '<input type="hidden" name="product" value="BOX-A4">' in page


def test_statistics_are_of_all_time_until_a_period_is_chosen(boss: Client) -> None:
    asked = "/admin/reports/statistics/?preset=last_30_days&compare=year"
    choices = {choice.label: choice for choice in boss.get(asked).context["bar"]["presets"]}
    assert choices["All time"].url == "?"  # nothing is left to compare
    assert choices["Last year"].url == "?preset=last_year&compare=year"
    assert [label for label, choice in choices.items() if choice.current] == ["Last 30 days"]
    bare = boss.get(f"/admin/reports/statistics/{choices['All time'].url}").context["bar"]
    assert [choice.label for choice in bare["presets"] if choice.current] == ["All time"]
    assert "comparisons" not in bare


def test_what_was_typed_is_never_markup(boss: Client) -> None:
    page = boss.get("/admin/reports/sales/?product=%3Cscript%3Ealert(1)%3C/script%3E").content.decode()
    assert "<script>alert" not in page
    assert "Product &lt;script&gt;" in page


def test_a_page_that_is_not_compared_offers_no_comparison(now: datetime) -> None:
    params = default_period_parameters(now)
    compared, alone = (period_bar(params, known=known) for known in (COMPARED_PERIOD, PERIOD))
    assert (compared["compared_days"] != "", len(compared["comparisons"])) == (True, 2)
    assert (alone["compared_days"], alone["comparisons"]) == ("", [])
