"""Who may open which report, what others see, and what a page says while the engine is away."""

from typing import Any

import pytest
from django.test import Client

from tests.reports.pages.report_shop import PAGES
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")


def _with_format(address: str, name: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}format={name}"


def test_each_report_has_a_permission_of_its_own(staff_with: MakeStaff) -> None:
    for allowed in PAGES:
        customers = ("customers.view_customer",) if allowed == "overduereorders" else ()
        rights = (f"reports.view_{allowed}", f"reports.export_{allowed}", *customers)
        viewer = staff_with(*rights, name=allowed)
        for report, address in PAGES.items():
            expected = 200 if report == allowed else 403
            assert viewer.get(address).status_code == expected
            file = viewer.get(_with_format(address, "csv"))
            assert file.status_code == expected
            file.close()
            assert viewer.post(address).status_code in (403, expected)


def test_nobody_gets_in_unasked(client: Client, staff_with: MakeStaff) -> None:
    for address in PAGES.values():
        assert "/admin/login/" in client.get(address).headers["Location"]
    for add in ("/admin/reports/sales/add/", "/admin/reports/sales/1/change/", "/admin/reports/sales/1/delete/"):
        assert staff_with("reports.view_sales", name=add).get(add).status_code == 404


def test_the_start_page_of_who_may_not_see_the_overview(staff_with: MakeStaff) -> None:
    nothing = staff_with(name="nothing").get("/admin/").content.decode()
    assert "may not open anything yet" in nothing
    sales = staff_with("reports.view_sales", name="sales").get("/admin/").content.decode()
    assert 'href="/admin/reports/sales/"' in sales
    assert "Top products" not in sales


def test_no_link_to_what_one_may_not_open(staff_with: MakeStaff) -> None:
    page = staff_with("reports.view_overview").get(PAGES["overview"])
    assert {card.url for card in page.context["report"]["cards"]} == {""}
    assert "/admin/orders/" not in page.content.decode()


@pytest.mark.parametrize("address", ["/admin/", *(address for name, address in PAGES.items() if name != "performance")])
def test_an_outage_is_a_banner_and_never_zeros(boss: Client, no_engine: None, address: str) -> None:
    for asked in (address, _with_format(address, "csv") if address != "/admin/" else address):
        answer: Any = boss.get(asked)
        assert answer.status_code == 503
        page = answer.content.decode()
        assert 'id="retry"' in page
        assert "$0.00" not in page
        assert "rp-card" not in page


def test_performance_needs_no_engine(boss: Client, no_engine: None) -> None:
    assert boss.get(PAGES["performance"]).status_code == 200


def test_empty_reports_say_what_to_do(boss: Client) -> None:
    for address in ("/admin/", *PAGES.values()):
        page = boss.get(address).content.decode()
        assert 'class="rp-empty"' in page or "performance" in address
    assert "import_orders" in boss.get("/admin/").content.decode()


def test_who_asks_for_the_sign_in_page_comes_to_the_start_page(client: Client, boss: Client) -> None:
    answer = client.post("/admin/login/", {"username": "boss", "password": "x"})
    assert answer.headers["Location"] == "/admin/"
