"""Wrong methods, paths that lead nowhere, and query parameters that mean nothing."""

from collections.abc import Iterator

from bench.bad_requests.case import Case, short

WRONG_METHODS = """
    GET /admin/contacts/import
    PUT /admin/contacts/import
    PATCH /admin/contacts/import
    DELETE /admin/contacts/import
    POST /api/customers
    PUT /api/customers/x
    POST /api/orders
    DELETE /api/orders/x
"""
NOWHERE = f"""
    /api/nope
    /api/
    /api/customers/nobody
    /api/customers/nobody/orders/x
    /api/customers/%00
    /api/customers/%ED%A0%80
    /api/customers/%FF
    /api/customers/%F0%9F%98%80
    /api/customers/'%20OR%201=1
    /api/customers/{"x" * 3_000}
    /api/orders/nothing
    /api/orders/%00
    /api/orders/..%2f..%2fetc
    /api/orders/{"y" * 3_000}
"""
WRONG_QUERIES = f"""
    /api/customers?limit=0
    /api/customers?limit=-1
    /api/customers?limit=201
    /api/customers?limit=abc
    /api/customers?limit=1e3
    /api/customers?limit=%00
    /api/customers?limit=99999999999999999999
    /api/customers?sort=nope
    /api/customers?order=sideways
    /api/customers?segment=nope
    /api/customers?cursor=nope
    /api/customers?cursor=%00
    /api/customers?cursor=%ED%A0%80
    /api/customers?cursor=eyJhIjoxfQ==
    /api/customers?cursor=a:b:c
    /api/customers?cursor={"A" * 5_000}
    /api/orders?limit=0
    /api/orders?limit=201
    /api/orders?from=yesterday
    /api/orders?from=2025-02-30
    /api/orders?from=2025-10-20T10:30:00
    /api/orders?from=2025-10-20&to=2025-10-01
    /api/orders?from=%00
    /api/orders?from=0000-00-00
    /api/orders?to=2025-13-01
    /api/orders?to=99999-01-01
    /api/orders?status=nope
    /api/orders?cursor=nope
"""
ODD_QUERIES = f"""
    /api/customers?search={"a" * 3_000}
    /api/customers?search=%00
    /api/customers?search=%ED%A0%80
    /api/customers?search=%20%20
    /api/customers?search=%F0%9F%98%80
    /api/customers?search={"%20".join("abcdefghijklmnopqrstuvwxyz" * 4)}
    /api/customers?nope=1
    /api/customers?limit=5&limit=6
    /api/customers/nobody/orders
    /api/orders?search={"a" * 3_000}
    /api/orders?search=%00
    /api/orders?contactID={"x" * 3_000}
    /api/orders?contactID=
    /api/orders?contactID=%00
    /api/orders?from=0001-01-01&to=9999-12-31
"""


def cases() -> Iterator[Case]:
    """All of this module."""
    yield from routes()
    yield from queries()


def routes() -> Iterator[Case]:
    """Wrong methods, unknown addresses, and keys that no table accepts."""
    for line in WRONG_METHODS.split("\n"):
        if line.strip():
            method, path = line.split()
            yield Case(f"{method} {path}", b"{}", (405,), method=method, path=path)
    for path in NOWHERE.split():
        yield _get(path, f"GET {short(path)}", (400, 404))


def queries() -> Iterator[Case]:
    """Query parameters that are wrong, and some that are only odd."""
    for path in WRONG_QUERIES.split():
        yield _get(path, f"GET {short(path)}", (400,))
    for path in ODD_QUERIES.split():
        yield _get(path, f"GET {short(path)}", (200, 400, 404))


def _get(path: str, name: str, statuses: tuple[int, ...]) -> Case:
    return Case(name, b"", statuses, method="GET", path=path)
