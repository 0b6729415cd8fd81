"""The API and the admin give the same thing to the same people: every address, opened with exactly one right each."""

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from tests.staff import MakeStaff, signed_in

pytestmark = pytest.mark.usefixtures("staff_site")

ORDER, PRODUCT, CUSTOMER = "orders.view_order", "orders.view_product", "customers.view_customer"
PAGES: dict[str, set[str]] = {
    "/api/orders": {ORDER},
    "/api/orders/one": {ORDER},
    "/api/orders/one/events": {ORDER},
    "/api/orders/parked": {ORDER},
    "/api/parked-orders": {ORDER},
    "/api/products": {PRODUCT},
    "/api/products/BOX": {PRODUCT},
    "/api/products/BOX/orders": {PRODUCT, ORDER},
    "/api/customers": {CUSTOMER},
    "/api/customers/one": {CUSTOMER},
    "/api/customers/one/orders": {CUSTOMER, ORDER},
    "/api/customers/one/reorders": {CUSTOMER},
    "/api/reports/overview": {"reports.view_overview"},
    "/api/reports/sales": {"reports.view_sales"},
    "/api/reports/products": {"reports.view_products"},
    "/api/reports/statistics": {"reports.view_statistics"},
    "/api/reports/cohorts": {"reports.view_cohorts"},
    "/api/reports/overdue": {"reports.view_overduereorders", CUSTOMER},
    "/api/health/data": {"reports.view_datahealth"},
    "/admin/orders/order/": {ORDER},
    "/admin/orders/order/one/change/": {ORDER},
    "/admin/orders/product/": {PRODUCT},
    "/admin/orders/product/BOX/change/": {PRODUCT},
    "/admin/customers/customer/": {CUSTOMER},
    "/admin/customers/customer/one/change/": {CUSTOMER},
    "/admin/customers/receivedimport/": {"customers.view_receivedimport"},
    "/admin/orders/bulkstatuschange/": {"orders.view_bulkstatuschange"},
    "/admin/reports/overview/": {"reports.view_overview"},
    "/admin/reports/sales/": {"reports.view_sales"},
    "/admin/reports/products/": {"reports.view_products"},
    "/admin/reports/statistics/": {"reports.view_statistics"},
    "/admin/reports/cohorts/": {"reports.view_cohorts"},
    "/admin/reports/overduereorders/": {"reports.view_overduereorders", CUSTOMER},
    "/admin/reports/performance/": {"reports.view_performance"},
    "/admin/reports/datahealth/": {"reports.view_datahealth"},
}
FILES: dict[str, tuple[str, str]] = {
    "/api/orders?format=csv": ("/api/orders", "orders.export_order"),
    "/api/orders?format=csv&rows=items": ("/api/orders", "orders.export_order"),
    "/api/products?format=xlsx": ("/api/products", "orders.export_product"),
    "/api/products/BOX/orders?format=csv": ("/api/products/BOX/orders", "orders.export_order"),
    "/api/customers?format=csv": ("/api/customers", "customers.export_customer"),
    "/api/customers/one/orders?format=xlsx": ("/api/customers/one/orders", "orders.export_order"),
    "/api/customers/one/reorders?format=csv": ("/api/customers/one/reorders", "customers.export_customer"),
    "/api/reports/overview?format=csv": ("/api/reports/overview", "reports.export_overview"),
    "/api/reports/sales?format=xlsx": ("/api/reports/sales", "reports.export_sales"),
    "/api/reports/products?format=csv": ("/api/reports/products", "reports.export_products"),
    "/api/reports/statistics?format=csv": ("/api/reports/statistics", "reports.export_statistics"),
    "/api/reports/cohorts?format=csv": ("/api/reports/cohorts", "reports.export_cohorts"),
    "/api/health/data?format=csv": ("/api/health/data", "reports.export_datahealth"),
    "/api/reports/overdue?format=csv": ("/api/reports/overdue", "reports.export_overduereorders"),
    "/admin/orders/order/export/orders/csv/": ("/admin/orders/order/", "orders.export_order"),
    "/admin/orders/order/export/lines/xlsx/": ("/admin/orders/order/", "orders.export_order"),
    "/admin/orders/product/export/products/csv/": ("/admin/orders/product/", "orders.export_product"),
    "/admin/customers/customer/export/customers/csv/": ("/admin/customers/customer/", "customers.export_customer"),
    "/admin/reports/overview/?format=csv": ("/admin/reports/overview/", "reports.export_overview"),
    "/admin/reports/sales/?format=csv": ("/admin/reports/sales/", "reports.export_sales"),
    "/admin/reports/products/?format=xlsx": ("/admin/reports/products/", "reports.export_products"),
    "/admin/reports/statistics/?format=csv": ("/admin/reports/statistics/", "reports.export_statistics"),
    "/admin/reports/cohorts/?format=csv": ("/admin/reports/cohorts/", "reports.export_cohorts"),
    "/admin/reports/overduereorders/?format=csv": (
        "/admin/reports/overduereorders/",
        "reports.export_overduereorders",
    ),
    "/admin/reports/datahealth/?format=csv": ("/admin/reports/datahealth/", "reports.export_datahealth"),
    "/admin/reports/performance/?format=csv": ("/admin/reports/performance/", "reports.export_performance"),
}
OURS = ("orders", "customers", "reports", "packprod_admin", "readmodels", "api", "jobs")


@pytest.fixture
def person() -> Callable[..., Client]:
    """One member of staff, who has just these permissions."""
    user = User.objects.create_user("sam", password="x", is_staff=True)
    known = {f"{one.content_type.app_label}.{one.codename}": one for one in Permission.objects.all()}

    def with_permissions(*permissions: str) -> Client:
        user.user_permissions.set([known[one] for one in permissions])
        return signed_in(User.objects.get(pk=user.pk))

    return with_permissions


def is_open(client: Client, address: str) -> bool:
    answer: Any = client.get(address)
    answer.close()
    assert answer.status_code in (200, 302, 403, 404), (address, answer.status_code)
    return bool(answer.status_code != 403)


def test_with_exactly_one_right_each(person: Callable[..., Client], unthrottled: None) -> None:
    rights = [
        f"{one.content_type.app_label}.{one.codename}"
        for one in Permission.objects.filter(content_type__app_label__in=OURS)
    ]
    assert len(rights) > 40
    for right in rights:
        client, viewing = person(right), right.replace(".change_", ".view_")
        opened = {address for address in PAGES if is_open(client, address)}
        assert opened == {address for address, needed in PAGES.items() if needed == {viewing}}, right
        assert not [address for address in FILES if is_open(client, address)], right


def test_what_takes_several_rights(person: Callable[..., Client], unthrottled: None) -> None:
    for address, needed in PAGES.items():
        assert is_open(person(*needed), address), address
        for one in needed:
            assert not is_open(person(*needed - {one}), address), (address, one)


def test_a_file_takes_the_right_to_export(person: Callable[..., Client], unthrottled: None) -> None:
    for address, (page, right) in FILES.items():
        assert is_open(person(*PAGES[page], right), address), address
        assert not is_open(person(*PAGES[page]), address), address


def test_a_program_that_may_read_may_take_files(client_with: Callable[..., Client], unthrottled: None) -> None:
    reader = client_with("api:read")
    for address in (*PAGES, *FILES):
        if address.startswith("/api/"):
            assert is_open(reader, address), address


def test_every_address_of_the_api_is_in_the_table() -> None:
    """Of the views that take a person's permission for a GET."""
    opened = {
        get_resolver().resolve(address.partition("?")[0]).func for address in PAGES if address.startswith("/api/")
    }
    known = {view.cls for view in opened}  # type: ignore[attr-defined]  # of a view of DRF
    assert {view for view in _views() if "api:read" in str(view.required_scope)} == known  # type: ignore[attr-defined]
    exporting = {_view_at(page) for page, _ in FILES.values() if page.startswith("/api/")}
    assert {view for view in known if getattr(view, "export_permission", ())} - exporting == set()


def _view_at(address: str) -> Any:
    return cast(Any, get_resolver().resolve(address).func).cls


def _views(patterns: Any = None) -> Iterator[type[APIView]]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from _views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            view = getattr(pattern.callback, "cls", None)
            if hasattr(view, "required_scope"):
                yield cast(Any, view)


def test_the_overview_names_customers_to_those_who_may_view_them(
    person: Callable[..., Client], imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Any
) -> None:
    imported(make_order("ORD-1", email="secret@example.com"))
    caught_up()
    period = "from=2025-10-01&to=2025-10-31"
    rights = ("reports.view_overview", "reports.export_overview")
    addresses = (f"/api/reports/overview?{period}", f"/admin/reports/overview/?{period}", f"/admin/?{period}")
    files = tuple(f"{address}&format=csv" for address in addresses[:2])
    for more, names in (((), False), ((CUSTOMER,), True)):
        client = person(*rights, *more)
        for address in (*addresses, *files):
            assert ("John Smith" in text_of(client.get(address))) is names, address
        assert ("topCustomers" in client.get(addresses[0]).json()["data"]) is names
    page = text_of(person(rights[0]).get(addresses[1]))
    assert "Shown to those who may view customers." in page
    assert "format=csv" not in page


def text_of(answer: Any) -> str:
    assert answer.status_code == 200
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_the_product_page_names_customers_to_those_who_may_view_them(
    staff_with: MakeStaff, imported: Callable[..., Any], caught_up: Callable[..., None], make_order: Any
) -> None:
    imported(make_order())
    caught_up()
    address = "/admin/orders/product/BOX-A4/change/"
    shown = text_of(staff_with(PRODUCT, ORDER, CUSTOMER, name="all").get(address))
    assert "Customers who buy it" in shown
    assert "Customers who buy it" not in text_of(staff_with(PRODUCT, ORDER, name="orders").get(address))
    assert "Acme Corp" not in text_of(staff_with(PRODUCT, CUSTOMER, name="product").get(address))
