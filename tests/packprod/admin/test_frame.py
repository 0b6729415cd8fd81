"""What a page holds from one request to the next: nobody sees what is another's, and what changes shows at once."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from customers.importing.batch import orders_import
from packprod.admin.templatetags.frame import slot
from packprod.readmodels.stream.catching_up import catch_up
from tests.conftest import NOW
from tests.orders.foreign import put_order
from tests.staff import MakeStaff, signed_in

pytestmark = pytest.mark.usefixtures("staff_site")
ORDERS, CUSTOMERS = "/admin/orders/order/", "/admin/customers/customer/"
_HOSTILE = '"><img src=x onerror=alert(1)>'
_TOKEN = re.compile(r'id="logout-form".*?name="csrfmiddlewaretoken" value="(\w+)"', re.DOTALL)


def page(client: Client, address: str = ORDERS) -> str:
    """The page's HTML."""
    return client.get(address).content.decode()


def browser_of(user: User) -> Client:
    """A browser whose tokens are checked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def logout_token(text: str) -> str:
    """The token in the menu's form."""
    found = _TOKEN.search(text)
    assert found
    return found[1]


def test_each_browser_has_its_own_token() -> None:
    boss = User.objects.create_superuser("boss", password="x")
    one, other = browser_of(boss), browser_of(boss)
    tokens = {client: [logout_token(page(client)) for _ in range(2)] for client in (one, other)}
    assert len({token for pair in tokens.values() for token in pair}) == 4
    sent = {"csrfmiddlewaretoken": tokens[one][0]}
    assert other.post("/admin/logout/", sent).status_code == 403
    assert one.post("/admin/logout/", sent).status_code == 200
    assert other.post("/admin/logout/", {"csrfmiddlewaretoken": tokens[other][1]}).status_code == 200


def test_each_person_has_their_own_name(staff_with: MakeStaff) -> None:
    for name in ("anna", "bela"):
        staff_with("orders.view_order", name=name)
    User.objects.filter(username="bela").update(email="bela@example.com")
    anna, bela = (signed_in(User.objects.get(username=name)) for name in ("anna", "bela"))
    for _ in range(2):
        assert "bela" not in page(anna)
        assert "anna" not in page(bela)
        assert "bela@example.com" in page(bela)
    User.objects.filter(username="anna").update(first_name="Anna", last_name="Ng")
    assert "Anna Ng" in page(anna)


def test_a_right_holds_from_the_next_page_on(staff_with: MakeStaff) -> None:
    sam = staff_with("orders.view_order")
    user = User.objects.get(username="sam")
    right = Permission.objects.get(content_type__app_label="customers", codename="view_customer")
    assert f'href="{CUSTOMERS}"' not in page(sam)
    user.user_permissions.add(right)
    assert f'href="{CUSTOMERS}"' in page(sam)
    user.user_permissions.remove(right)
    assert f'href="{CUSTOMERS}"' not in page(sam)
    assert sam.get(CUSTOMERS).status_code == 403
    User.objects.filter(username="sam").update(is_active=False)
    assert sam.get(ORDERS).status_code == 302


def test_the_menu_marks_the_present_page(boss: Client) -> None:
    for address in (ORDERS, CUSTOMERS, ORDERS):
        marked = re.findall(r'<a href="([^"]*)" class="[^"]* active"', page(boss, address))
        assert marked == [address]


def test_names_are_shown_as_they_are(make_order: Callable[..., dict[str, Any]]) -> None:
    user = User.objects.create_superuser("boss", password="x", first_name=_HOSTILE, email="<b>@example.com")
    who = {"name": _HOSTILE, "email": "a@example.com", "company": f"Co {_HOSTILE}"}
    orders_import(payloads=[make_order(f"R-{_HOSTILE}") | {"customer": who}], now=NOW)
    catch_up(clock=lambda: NOW)
    boss = signed_in(user)
    for address in (ORDERS, CUSTOMERS, f"{ORDERS}?q=R-"):
        text = page(boss, address)
        assert "<img" not in text
        assert "<b>@" not in text
        assert text.count(html.escape(_HOSTILE)) >= 3, address


def test_a_search_for_a_slot_is_a_search(boss: Client) -> None:
    text = page(boss, f"{ORDERS}?q={slot('csrf')}")
    assert f'value="{slot("csrf")}"' in text


def test_a_filter_shows_what_its_own_request_filled_in(shop: None, boss: Client) -> None:
    narrowed, whole = f"{ORDERS}?contact=secret-contact&amount_from=20", page(boss)
    for _ in range(2):
        text = page(boss, narrowed)
        assert re.search(r'value="secret-contact"[^>]* id="id_contact"', text)
        assert re.search(r'value="20"[^>]* id="id_amount_from"', text)
        assert "secret-contact" not in page(boss)
        assert "secret-contact" not in page(boss, f"{ORDERS}?amount_from=20")
    assert re.sub(r'value="\w{64}"', "", whole) == re.sub(r'value="\w{64}"', "", page(boss))


def test_a_status_of_another_writer_is_offered(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orders.lists.counting._REMEMBERED_SECONDS", 0)
    assert 'value="on-hold"' not in page(boss)
    put_order(status="on-hold")
    catch_up(clock=lambda: NOW)
    assert 'value="on-hold"' in page(boss)
