"""Files of the lists: the selection, all that match, and who may have them."""

import csv
import io
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.test import Client

from packprod.exports import response
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/orders/order/"


def column(answer: Any, title: str) -> list[str]:
    """The cells of a CSV download under a title."""
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return [row[title] for row in csv.DictReader(io.StringIO(text))]


def test_all_that_match_in_the_lists_order(shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("packprod.admin.table_model.WALK_PAGE", 2)
    answer = boss.get(f"{LIST}export/orders/csv/?status=received&o=created_at&p=ignored")
    assert column(answer, "Reference") == ["ORD-1", "ORD-2", "ORD-4", "ORD-5"]
    lines = boss.get(f"{LIST}export/lines/csv/?q=brien")
    assert column(lines, "Product code") == ["BOX-1", "BOX-2", "BOX-0", "BOX-1"]


def test_the_selection_and_across_pages(shop: None, boss: Client) -> None:
    rows = boss.get(f"{LIST}?status=received").context["cl"].result_list
    form = {"action": "export_csv", "index": "0", "_selected_action": [rows[1].pk, rows[0].pk]}
    assert column(boss.post(f"{LIST}?status=received", form), "Reference") == ["ORD-4", "ORD-5"]
    across = boss.post(f"{LIST}?status=received", form | {"select_across": "1"})
    assert column(across, "Reference") == ["ORD-5", "ORD-4", "ORD-2", "ORD-1"]


def test_customers_and_products(shop: None, boss: Client) -> None:
    customers = boss.get("/admin/customers/customer/export/customers/csv/?o=name")
    assert column(customers, "Name") == ["Ann Ng", "Bob O'Brien"]
    products = boss.get("/admin/orders/product/export/products/csv/?o=product_code")
    assert column(products, "Product code") == ["BOX-0", "BOX-1", "BOX-2"]
    assert boss.get("/admin/orders/product/export/products/xlsx/").status_code == 200


def test_who_may(shop: None, staff_with: MakeStaff) -> None:
    viewer = staff_with("orders.view_order")
    assert viewer.get(f"{LIST}export/orders/csv/").status_code == 403
    assert "export/orders" not in viewer.get(LIST).content.decode()
    rows = viewer.get(LIST).context["cl"].result_list
    answer = viewer.post(LIST, {"action": "export_csv", "index": "0", "_selected_action": [rows[0].pk]})
    assert "Content-Disposition" not in answer.headers
    exporter = staff_with("orders.view_order", "orders.export_order", name="kim")
    assert "export/orders/csv/" in exporter.get(LIST).content.decode()
    assert exporter.get(f"{LIST}export/orders/csv/").status_code == 200


def test_what_is_no_file(shop: None, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("export/orders/pdf/", "export/secrets/csv/"):
        assert boss.get(LIST + address).status_code == 404
    assert boss.get(f"{LIST}export/orders/csv/?colour=red").status_code == 302
    monkeypatch.setattr(response, "_slots", BoundedSemaphore(1))
    with response._slot():
        answer = boss.get(f"{LIST}export/orders/csv/", follow=True)
    assert "try again in a few seconds" in answer.content.decode()
