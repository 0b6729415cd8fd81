"""Wrong tokens, missing scopes, and PATCH bodies that change nothing."""

from collections.abc import Iterator

from bench.bad_requests.case import Case, encoded
from bench.payloads import order

WRONG_TOKENS: dict[str, dict[str, str]] = {
    "none": {},
    "empty": {"Authorization": ""},
    "scheme only": {"Authorization": "Token"},
    "wrong": {"Authorization": "Token nope"},
    "Bearer": {"Authorization": "Bearer nope"},
    "spaces": {"Authorization": "Token a b c"},
    "long": {"Authorization": "Token " + "x" * 5_000},
    "latin-1": {"Authorization": "Token caf\u00e9"},
    "basic": {"Authorization": "Basic !!!"},
}
WRONG_PATCHES = (
    b"",
    b"[]",
    b"null",
    b"nope",
    b"{}",
    b'{"status": "lost"}',
    b'{"status": null}',
    b'{"status": 5}',
    b'{"total": "1.00"}',
)
SHIPPED = b'{"status": "shipped"}'
NOTHING = "/api/orders/nothing"


def cases() -> Iterator[Case]:
    """All of this module."""
    yield from tokens()
    yield from scopes()
    yield from patches()


def tokens() -> Iterator[Case]:
    """Missing, malformed and unknown tokens."""
    good = encoded(order())
    for name, headers in WRONG_TOKENS.items():
        yield Case(f"token {name}: import", good, (401,), headers=headers, scopes=None)
        read = f"token {name}: read"
        yield Case(read, b"", (401,), method="GET", path="/api/customers", headers=headers, scopes=None)


def scopes() -> Iterator[Case]:
    """Tokens without the scope that the request needs."""
    read, write = ("api:read",), ("orders:import",)
    yield Case("import with a reading token", encoded(order()), (403,), scopes=read)
    yield Case("reading with an import token", b"", (403,), method="GET", path="/api/customers", scopes=write)
    yield Case("PATCH with a reading token", SHIPPED, (403,), method="PATCH", path=NOTHING, scopes=read)


def patches() -> Iterator[Case]:
    """Bad PATCH bodies, and a PATCH of an order that does not exist."""
    for content in WRONG_PATCHES:
        yield Case(f"PATCH {content.decode()!r}", content, (400, 404), method="PATCH", path=NOTHING)
    yield Case("PATCH unknown order", SHIPPED, (404,), method="PATCH", path=NOTHING)
