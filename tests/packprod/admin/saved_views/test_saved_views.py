"""Saved views: one's own, shared ones, and who may change them."""

from typing import Any

import pytest
from django.test import Client

from packprod.admin.saved_views.models import SavedView
from tests.staff import MakeStaff

pytestmark = pytest.mark.usefixtures("staff_site")
LIST = "/admin/orders/order/"
SHARE = "packprod_admin.share_savedview"


def shown(client: Client, query: str = "") -> dict[str, bool]:
    """The views in the bar, and whether each is on."""
    bar: Any = client.get(f"{LIST}?{query}").context["saved"]
    return {one["view"].name: one["is_on"] for one in bar["views"]}


def save(client: Client, name: str, query: str, **more: str) -> str:
    """The page one lands on."""
    answer = client.post(f"{LIST}views/save/", {"name": name, "query": query, **more}, follow=True)
    return str(answer.content.decode())


def test_a_view_is_saved_applied_replaced_and_deleted(staff_with: MakeStaff) -> None:
    sam = staff_with("orders.view_order")
    bar = sam.get(f"{LIST}?status=shipped&q=ORD&o=-created_at&p=&from=").context["saved"]
    assert bar["query"] == "o=-created_at&q=ORD&status=shipped"
    assert "is saved" in save(sam, "Shipped", bar["query"])
    assert shown(sam) == {"Shipped": False}
    assert shown(sam, "status=shipped&q=ORD&o=-1") == {"Shipped": True}  # the column's number, and its name
    assert shown(sam, bar["query"]) == {"Shipped": True}
    assert "The view “Shipped” is replaced." in save(sam, "Shipped", "status=received")
    view = SavedView.objects.get()
    assert view.query == "status=received"
    sam.post(f"{LIST}views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_is_its_owners_until_shared(staff_with: MakeStaff) -> None:
    sam, kim = staff_with("orders.view_order", SHARE), staff_with("orders.view_order", name="kim")
    save(sam, "Mine", "status=shipped")
    view = SavedView.objects.get()
    assert shown(kim) == {}
    sam.post(f"{LIST}views/{view.pk}/share/", {"shared": "1"})
    assert shown(kim) == {"Mine": False}
    for what in ("share", "delete"):
        answer = kim.post(f"{LIST}views/{view.pk}/{what}/", follow=True)
        assert "no such view of yours" in answer.content.decode()
    view.refresh_from_db()
    assert view.is_shared
    sam.post(f"{LIST}views/{view.pk}/share/")
    assert shown(kim) == {}


def test_replacing_a_shared_view_keeps_it_shared(staff_with: MakeStaff) -> None:
    sam, kim = staff_with("orders.view_order", SHARE), staff_with("orders.view_order", name="kim")
    assert "is saved, for everybody." in save(sam, "Team", "status=shipped", shared="1")
    assert "The view “Team” is replaced, for everybody." in save(sam, "Team", "status=received")
    assert shown(kim, "status=received") == {"Team": True}
    assert "The view “Team” is saved." in save(kim, "Team", "status=shipped")  # one's own of the same name


def test_sharing_needs_the_permission(staff_with: MakeStaff) -> None:
    sam = staff_with("orders.view_order")
    assert sam.post(f"{LIST}views/save/", {"name": "All", "query": "", "shared": "1"}).status_code == 403
    assert not SavedView.objects.exists()


def test_what_is_no_view(staff_with: MakeStaff) -> None:
    sam = staff_with("orders.view_order")
    assert "needs a name" in save(sam, "  ", "status=shipped")
    assert "too many filters" in save(sam, "Long", f"q={'x' * 3000}")
    answer = sam.post(f"{LIST}views/save/", {"name": "Evil", "query": "https://example.com/?a=b"})
    assert answer.headers["Location"].startswith(f"{LIST}?")
    assert sam.get(f"{LIST}views/save/").status_code == 405


def test_views_belong_to_one_list(staff_with: MakeStaff) -> None:
    sam = staff_with("orders.view_order", "customers.view_customer")
    save(sam, "Shipped", "status=shipped")
    assert not sam.get("/admin/customers/customer/").context["saved"]["views"]
