"""The address of an id is exact: what was sent as %2F belongs to the id."""

from urllib.parse import quote, unquote

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve
from hypothesis import given, settings
from hypothesis import strategies as st

from packprod.admin.links import key_of, quoted_key
from packprod.api.addresses import ExactAddressMiddleware, exact_arguments

ODD = st.sampled_from("/%._ ~+?#;&=\\\n\r\t:2EFe")
IDS = st.text(alphabet=st.one_of(ODD, st.characters(codec="utf-8")), min_size=1)
SUB_PATHS = ("events", "orders", "reorders", "x/events", "24/orders", "orders/", "/", "//", ".", "..", "%2F", "%")


def sent(path: str, raw: str | None = None) -> HttpRequest:
    """The request as it comes from gunicorn, after the middleware."""
    request = RequestFactory().get(path, RAW_URI=path if raw is None else raw)
    ExactAddressMiddleware(lambda request: request)(request)  # type: ignore[arg-type, return-value]
    return request


def found(request: HttpRequest) -> tuple[str, dict[str, str]]:
    """The route that a request comes to, and what the view gets."""
    match = resolve(request.path_info)
    return str(match.url_name), exact_arguments(request, match.kwargs)


ROUTES = {
    "order": ("/api/orders/{}", "order_id"),
    "order-events": ("/api/orders/{}/events", "order_id"),
    "product": ("/api/products/{}", "product_code"),
    "product-orders": ("/api/products/{}/orders", "product_code"),
    "customer": ("/api/customers/{}", "contact_id"),
    "customer-orders": ("/api/customers/{}/orders", "contact_id"),
    "customer-reorders": ("/api/customers/{}/reorders", "contact_id"),
}


def check_every_route(key: str) -> None:
    for name, (address, argument) in ROUTES.items():
        for slash in ("", "/"):
            for query in ("", "?format=csv&a=%2F"):
                assert found(sent(address.format(quote(key, safe="")) + slash + query)) == (name, {argument: key})


@settings(deadline=None)  # the first call imports every view
@given(IDS)
def test_every_id_has_its_addresses(key: str) -> None:
    if key != "parked":  # its own test, in tests/orders/api
        check_every_route(key)


@pytest.mark.parametrize("key", SUB_PATHS)
def test_ids_named_like_sub_paths(key: str) -> None:
    check_every_route(key)


@pytest.mark.parametrize(
    ("path", "name", "kwargs"),
    [
        ("/api/products/BOX%2f", "product", {"product_code": "BOX/"}),
        ("/api/products/24%2Forders", "product", {"product_code": "24/orders"}),
        ("/api/products/24/orders", "product-orders", {"product_code": "24"}),
        ("/api/products/TAPE/48", "product", {"product_code": "TAPE/48"}),
        ("/api/orders/x%0A", "order", {"order_id": "x\n"}),
        ("/api/orders/x+y%2By", "order", {"order_id": "x+y+y"}),
        ("/api/orders/%2E%2E", "order", {"order_id": ".."}),
        ("/api/orders/100%", "order", {"order_id": "100%"}),
        ("/api/orders/%252F", "order", {"order_id": "%2F"}),
        ("/api/orders/%FF", "order", {"order_id": "%FF"}),
        ("http://shop.example/api/orders/x%2F?a=1", "order", {"order_id": "x/"}),
        ("/api/orders/", "order-list", {}),
        ("/api/orders%0A", None, {}),
        ("/api//orders", None, {}),
        ("/api/orders%2F", None, {}),
        ("/api/reports/sales%2F", None, {}),
    ],
)
def test_addresses_as_they_are_sent(path: str, name: str | None, kwargs: dict[str, str]) -> None:
    decoded = path.removeprefix("http://shop.example")
    assert found(sent(decoded, raw=path)) == (str(name), kwargs)


@pytest.mark.parametrize("key", ["x", "50%", "a/b", "%2F"])
def test_without_a_raw_path_a_slash_is_a_slash(key: str) -> None:
    """As from a server that passes none, or one that means another address."""
    for raw in ("", "/somewhere/else"):
        request = RequestFactory().get(f"/api/orders/{quote(key, safe='')}", RAW_URI=raw)
        ExactAddressMiddleware(lambda request: request)(request)  # type: ignore[arg-type, return-value]
        assert found(request) == ("order", {"order_id": key})


@given(IDS)
def test_keys_in_addresses_of_the_admin(key: str) -> None:
    quoted = quoted_key(key)
    assert key_of(quoted) == key
    assert key_of(unquote(quote(quoted))) == key
    assert not {"/", "?", "#"} & set(quoted)
    assert quoted not in (".", "..")
