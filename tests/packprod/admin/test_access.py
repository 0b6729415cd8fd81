"""Who may open what: every address of the lists is a 403 without the permission; the groups; the menu."""

import io

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import get_resolver

from packprod.admin.groups import GROUPS
from tests.staff import MakeStaff, signed_in

pytestmark = pytest.mark.usefixtures("staff_site")
MODELS = {
    "orders.order": "orders.view_order",
    "orders.product": "orders.view_product",
    "customers.customer": "customers.view_customer",
}


def addresses(model: str) -> list[str]:
    """Every address that the admin has for a model, with made-up keys."""
    base = f"/admin/{model.replace('.', '/')}/"
    paths = [
        "",
        "add/",
        "x/change/",
        "x/history/",
        "x/delete/",
        "x/",
        "views/save/",
        "views/1/share/",
        "views/1/delete/",
        "export/orders/csv/",
    ]
    return [base + path for path in paths]


def test_the_walk_knows_every_address() -> None:
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    admin_names = {
        str(name) for name in get_resolver().namespace_dict["admin"][1].reverse_dict if isinstance(name, str)
    }
    assert not names & {"orders_order_changelist"}
    mine = {name for name in admin_names if name.startswith("orders_product_")}
    kinds = {"changelist", "add", "change", "history", "delete", "save_view", "share_view", "delete_view", "export"}
    assert {name.removeprefix("orders_product_") for name in mine} == kinds


@pytest.mark.parametrize("model", MODELS)
def test_without_permission_everything_is_a_403(staff_with: MakeStaff, model: str) -> None:
    stranger = staff_with(*(permission for name, permission in MODELS.items() if name != model))
    for address in addresses(model):
        answer = stranger.post(address) if "views/" in address else stranger.get(address)
        refused = answer.status_code in (403, 302)
        assert refused, (address, answer.status_code)
        if answer.status_code == 302:  # Django moves /x/ to /x/change/
            assert answer.headers["Location"] == f"{address}change/", address


def test_refusals_are_pages_of_the_house(boss: Client, staff_with: MakeStaff) -> None:
    stranger = staff_with("orders.view_product")
    for client, address, status, text in (
        (stranger, "/admin/orders/order/", 403, "You may not open this page"),
        (boss, "/admin/nothing/", 404, "There is no such page"),
        (boss, "/admin/orders/order/export/secrets/csv/", 404, "There is no such page"),
    ):
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == status, address
        assert text in page
        assert "To the start page" in page
        assert "/admin/orders/product/" in page  # the menu is there
    for address in ("/api/nothing", "/admin/contacts/import/"):
        assert boss.get(address).headers["Content-Type"] == "application/json", address


def test_nobody_without_an_account(client: Client) -> None:
    for model in MODELS:
        for address in addresses(model):
            answer = client.get(address)
            assert answer.status_code == 302
            assert "/admin/login/" in answer.headers["Location"]


def test_the_groups_of_a_new_installation() -> None:
    for name, permissions in GROUPS.items():
        group = Group.objects.get(name=name)
        granted = {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}
        assert granted == set(permissions)


def test_the_groups_permissions_are_djangos_own() -> None:
    """A typo would make a permission that nothing asks for."""
    for permission in Permission.objects.filter(group__isnull=False).distinct():
        model = permission.content_type.model_class()
        assert model is not None, permission
        standard = {f"{right}_{model._meta.model_name}" for right in model._meta.default_permissions}
        assert permission.codename in standard | {codename for codename, _ in model._meta.permissions}, permission
        assert permission.name == dict(model._meta.permissions).get(permission.codename, permission.name)


@pytest.mark.parametrize("name", ["Staff", "Analyst", "Operator"])
def test_members_of_a_group_see_the_lists(client_id: str, name: str) -> None:
    user = User.objects.create_user("pat", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    browser = signed_in(user)
    for model in MODELS:
        assert browser.get(addresses(model)[0]).status_code == 200
    assert user.has_perm("orders.change_order") == (name != "Analyst")


ACTIONS = (
    ("/admin/orders/order/", "change_status"),
    ("/admin/customers/customer/", "rebuild"),
    ("/admin/customers/receivedimport/", "replay"),
    ("/admin/auth/user/", "delete_selected"),
    ("/admin/api/apitoken/", "revoke"),
)


def test_a_fault_of_ours_is_a_page_with_a_way_back(
    boss: Client, monkeypatch: pytest.MonkeyPatch, log_output: io.StringIO
) -> None:
    monkeypatch.setattr("reports.cohorts.page.cohorts_report", lambda **_: 1 / 0)
    answer = boss.get("/admin/reports/cohorts/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
    assert answer.headers["X-Request-ID"] in answer.content.decode()
    assert "Unexpected error" in log_output.getvalue()


@pytest.mark.parametrize(("address", "action"), ACTIONS)
def test_an_action_without_its_permission_is_a_403(
    staff_with: MakeStaff, boss: Client, address: str, action: str
) -> None:
    lists = ("orders.order", "customers.customer", "customers.receivedimport", "auth.user", "api.apitoken")
    views = [f"{one.split('.')[0]}.view_{one.split('.')[1]}" for one in lists]
    viewer = staff_with(*views)
    for selected in ({}, {"_selected_action": "x"}, {"_selected_action": "1", "select_across": "1", "index": "0"}):
        assert viewer.post(address, {"action": action, **selected}).status_code == 403, selected
        assert viewer.post(address, {"action": "nothing", **selected}).status_code in (200, 302), selected
    assert boss.post(address, {"action": action, "_selected_action": "0"}).status_code in (200, 302)
    assert Client().post(address, {"action": action}).headers["Location"].startswith("/admin/login/")


def test_the_menu_shows_what_one_may_open(boss: Client, staff_with: MakeStaff) -> None:
    everything = boss.get("/admin/").content.decode()
    little = staff_with("orders.view_product").get("/admin/").content.decode()
    assert 'href="/admin/customers/customer/"' in everything
    assert 'href="/admin/auth/user/"' in everything
    assert 'href="/admin/orders/product/"' in little
    for hidden in ("/admin/customers/customer/", "/admin/orders/order/", "/admin/auth/user/"):
        assert f'href="{hidden}"' not in little
