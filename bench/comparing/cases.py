"""The requests to compare: every endpoint of the read API, the admin's change lists, and the import."""

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import httpx

from bench.payloads import IMPORT, unique
from bench.peer.running import Peer
from bench.product import Product
from bench.sizes.endpoints import Endpoint, endpoints
from bench.wire import Request

NOT_IN_PEER = (
    *("cohorts", "overdue to reorder", "reorders of a customer"),
    *("events of an order", "parked orders", "data health"),
)
ADMIN = {
    "admin: orders": ("/admin/orders/order/", "/admin/shop/order/", "orders"),
    "admin: customers": ("/admin/customers/customer/", "/admin/shop/contact/", "customers by totalSpend"),
}
LOGIN = ("bench", "correct horse battery staple")
MOST_REQUESTS = 10  # of one endpoint, sent in turn


@dataclass(frozen=True, slots=True)
class Case:
    """An endpoint: the same requests for PackProd and for the peer, which has none where it lacks the endpoint.

    `shows` names the case whose rows it shows, if that is not itself; `original` is the way in `original_way.py`.
    """

    name: str
    ours: list[Request]
    peers: list[Request]
    shows: str
    original: str = ""


def read_cases(product: Product, peer: Peer | None, *, today: date) -> list[Case]:
    """All cases that only read."""
    http = product.access.http
    ours = {"Authorization": http.headers["Authorization"]}
    peers = {"Authorization": f"Token {peer.token}"} if peer else None
    cases = [_case(one, ours, peers) for one in endpoints(http, today=today)]
    mine = {"Cookie": f"sessionid={sign_in(product)}"}
    for name, (path, other, shows) in ADMIN.items():
        theirs = [Request("GET", other, {"Cookie": f"sessionid={peer.session}"})] if peer else []
        cases.append(Case(name, [Request("GET", path, mine)], theirs, shows))
    return cases


def _case(endpoint: Endpoint, ours: dict[str, str], peers: dict[str, str] | None) -> Case:
    targets = [_target(path, params) for path, params in endpoint.requests[:MOST_REQUESTS]]
    theirs = [] if peers is None or endpoint.name in NOT_IN_PEER else [Request("GET", one, peers) for one in targets]
    mine = [Request("GET", one, ours) for one in targets]
    return Case(endpoint.name, mine, theirs, endpoint.name, endpoint.original)


def _target(path: str, params: dict[str, str]) -> str:
    return f"{path}?{urlencode(params)}" if params else path


def sign_in(product: Product) -> str:
    """Makes a superuser of PackProd and signs in as it; returns the session's key."""
    name, password = LOGIN
    about = ("--noinput", "--username", name, "--email", "bench@example.com")
    product.access.measured("manage.py", "createsuperuser", *about, DJANGO_SUPERUSER_PASSWORD=password)
    client = product.access.client()
    page = client.get("/admin/login/")
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    sent = {"username": name, "password": password, "csrfmiddlewaretoken": found.group(1) if found else ""}
    client.post("/admin/login/", data=sent, headers={"Referer": f"{product.base_url}/admin/login/"})
    return str(client.cookies["sessionid"])


class Orders:
    """New orders to import, of customers who are known or not; no two are alike."""

    def __init__(self, http: httpx.Client) -> None:
        customers = http.get("/api/customers", params={"sort": "name", "limit": "200"}).json()["data"]
        products = http.get("/api/products", params={"sort": "orders"}).json()["data"]
        self._emails = itertools.cycle([one["email"] for one in customers if one["email"]])
        self._products = products[:5]

    def known(self) -> dict[str, Any]:
        """An order of somebody who has ordered before, with a best-seller in it."""
        return self._order(next(self._emails))

    def unknown(self) -> dict[str, Any]:
        """An order of somebody new."""
        return self._order(f"{unique('somebody.')}@example.com")

    def _order(self, email: str) -> dict[str, Any]:
        lines = [
            {"productCode": one["productCode"], "description": one["description"], "quantity": 2, "unitPrice": "3.50"}
            for one in self._products[:2]
        ]
        who = {"name": email.partition("@")[0], "email": email, "company": "Bench Pty Ltd", "phone": ""}
        return {"orderReference": unique("B-").upper(), "customer": who, "items": lines, "source": "bench"}


def post(body: Any, headers: dict[str, str]) -> Request:
    """An import of one order or of an array."""
    return Request("POST", IMPORT, headers | {"Content-Type": "application/json"}, json.dumps(body).encode())


def imports(orders: Orders) -> Iterator[tuple[str, Any]]:
    """Names and bodies of the three kinds of import, again and again."""
    while True:
        yield "POST, known e-mail", orders.known()
        yield "POST, unknown e-mail", orders.unknown()
        yield "POST, array of 20", [orders.known() for _ in range(20)]
