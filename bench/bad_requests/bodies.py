"""Bodies that are not JSON, too much, or JSON of the wrong kind."""

from collections.abc import Iterator

from bench.bad_requests.case import CREATED_OR_REFUSED, Case, encoded, order_with
from bench.payloads import order

MEGABYTE = 1024 * 1024
OTHER_TYPES = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "nonsense",
)


def cases() -> Iterator[Case]:
    """All of this module."""
    yield from not_json()
    yield from content_types()
    yield from sizes()
    yield from kinds()
    yield from arrays()


def not_json() -> Iterator[Case]:
    """Bytes that no JSON parser should accept."""
    good = encoded(order())
    yield Case("empty body")
    yield Case("only spaces", b"   \n")
    yield Case("not JSON", b"orderReference=1")
    yield Case("half a JSON", good[:40])
    yield Case("two JSONs", good + good)
    yield Case("invalid UTF-8", good.replace(b"Bench", b"\xff\xfe\x80"))
    yield Case("UTF-16", good.decode().encode("utf-16"))
    yield Case("HTML", b"<html><body>hello</body></html>")
    yield Case("NUL bytes", b"\x00" * 64)
    yield Case("100,000 arrays deep", b"[" * 100_000 + b"]" * 100_000)
    yield Case("100,000 objects deep", b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    yield Case("NaN literal", good.replace(b'"quantity": 1', b'"quantity": NaN'))
    yield Case("Infinity literal", good.replace(b'"quantity": 1', b'"quantity": -Infinity'))


def content_types() -> Iterator[Case]:
    """Good JSON with a wrong content type or encoding."""
    good, maybe = encoded(order()), (*CREATED_OR_REFUSED, 415)
    for kind in OTHER_TYPES:
        yield Case(f"content type {kind}", good, (415,), headers={"Content-Type": kind})
    klingon = {"Content-Type": "application/json; charset=klingon"}
    yield Case("unknown charset", good, maybe, headers=klingon)
    yield Case("gzip that is none", good, maybe, headers={"Content-Encoding": "gzip"})


def sizes() -> Iterator[Case]:
    """Bodies, arrays and orders that are too large."""
    big = order_with(notes="x" * 6 * MEGABYTE)
    yield Case("6 MiB with Content-Length", big, (413,))
    yield Case("6 MiB chunked", big, (413,), chunked=True)
    yield Case("101 orders in an array", encoded([order() for _ in range(101)]), (400, 413))
    yield Case("101 orders under orders", encoded({"orders": [order() for _ in range(101)]}), (400, 413))
    lines = order()["items"] * 501
    yield Case("501 items", order_with(items=lines, total=None), named="items")
    wide = [line | {"description": "d" * 1_500} for line in lines[:500]]
    yield Case("500 items of 1.5 kB, more than a row holds", order_with(items=wide, total=None))
    yield Case("1 MiB under an unknown key", order_with(notes="x" * MEGABYTE))
    yield Case("10,000 unknown keys", order_with(**{f"key{n}": "v" * 100 for n in range(10_000)}))


def kinds() -> Iterator[Case]:
    """JSON that is no order."""
    for body in (None, 1, "order", True, dict[str, str]()):
        yield Case(f"body is {body!r}", encoded(body))
    for value in ("many", 7, {"a": 1}):
        yield Case(f"orders is {value!r}", encoded({"orders": value}), named="orders")
    yield Case("orders is null", b'{"orders": null}')


def arrays() -> Iterator[Case]:
    """Arrays with bad elements; each element is answered on its own."""
    twins = [order(reference="TWIN-1"), order(reference="TWIN-1", total="9.00")]
    yield Case("an empty array", b"[]", (200, 400))
    yield Case("no orders in orders", b'{"orders": []}', (200, 400))
    yield Case("an array of rubbish", encoded([None, 1, "x", [], {}, True, [[]]]), (200,))
    yield Case("an array of arrays of orders", encoded([[order()], [order()]]), (200,))
    yield Case("one reference twice in an array", encoded(twins), (200,))
