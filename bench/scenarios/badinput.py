"""Every bad request is answered in the contract's error form, naming the field: never with a 500, never with HTML."""

from collections.abc import Iterator
from typing import Any

import httpx

from bench.bad_requests import all_cases
from bench.bad_requests.case import Case
from bench.payloads import decoded, has_error_key, order, post
from bench.product import Product
from bench.report import Report


def run(product: Product, report: Report) -> None:
    """Sends all bad requests and bad cursors, then a good order to show that nothing broke."""
    client = product.access.client()
    wrong = [problem for case in all_cases() for problem in _problems(product, client, case)]
    report.figure("raw cases", len(all_cases()))
    for problem in wrong:
        report.check("bad input", False, problem)
    report.check("every raw case answered as the contract says", not wrong, f"{len(wrong)} wrong")
    cursors(product, report)
    answer = post(product.access.http, order())
    report.check("a good order afterwards", answer.status_code == 201, answer.status_code)


def _problems(product: Product, client: httpx.Client, case: Case) -> Iterator[str]:
    try:
        answer = _send(product, client, case)
    except httpx.TransportError as lost:
        yield f"{case.name}: no answer, {lost!r}"
        return
    said = answer.text[:160]
    if answer.status_code not in case.statuses:
        yield f"{case.name}: {answer.status_code} instead of {case.statuses}: {said}"
    elif answer.status_code >= 400:
        yield from (f"{case.name}: {flaw}: {said}" for flaw in shape_flaws(answer, named=case.named))
    elif has_error_key(decoded(answer)):
        yield f"{case.name}: a key named error below 400: {said}"


def _send(product: Product, client: httpx.Client, case: Case) -> httpx.Response:
    mine = {} if case.scopes is None else {"Authorization": f"Token {product.access.token(*case.scopes)}"}
    headers = {"Content-Type": "application/json"} | mine | case.headers
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    content = (
        iter([case.content[n : n + 65_536] for n in range(0, len(case.content), 65_536)])
        if case.chunked
        else case.content
    )
    return client.request(case.method, case.path, content=content, headers=raw)


def shape_flaws(answer: httpx.Response, *, named: str = "") -> Iterator[str]:
    """What an error answer lacks according to the contract, section 5."""
    if not answer.headers.get("content-type", "").startswith("application/json"):
        yield f"content type {answer.headers.get('content-type')}"
        return
    body = decoded(answer)
    error = body.get("error")
    if not isinstance(error, dict) or not error.get("code") or not error.get("message"):
        yield "error lacks code or message"
        return
    if len(str(body.get("detail", "")).split()) < 3:
        yield "detail is not a sentence"
    if not body.get("meta", {}).get("requestId"):
        yield "no meta.requestId"
    yield from _detail_flaws(error.get("details"), named=named)


def _detail_flaws(details: Any, *, named: str) -> Iterator[str]:
    if not isinstance(details, list) or not all({"field", "code", "message"} <= set(row) for row in details):
        yield "details is not a list of field, code and message"
    elif named and not any(_names(row["field"], named) for row in details):
        yield f"names {[row['field'] for row in details]}, not {named}"


def _names(field: str, end: str) -> bool:
    return field == end or field.endswith(f".{end}")


def cursors(product: Product, report: Report) -> None:
    """Checks that a cursor of another list or sort, or with a character changed, is a 400."""
    http = product.access.http
    for _ in range(3):
        post(http, order())
    real = {path: _cursor(http, path) for path in ("/api/orders", "/api/customers")}
    mine, theirs = real["/api/customers"], real["/api/orders"]
    middle = len(mine) // 2
    flipped = mine[:middle] + ("A" if mine[middle] != "A" else "B") + mine[middle + 1 :]
    tries: dict[str, dict[str, str]] = {
        "a cursor of another list": {"cursor": theirs},
        "a cursor of another sort": {"cursor": mine, "sort": "name"},
        "a cursor of another order": {"cursor": mine, "order": "asc"},
        "a cursor of another filter": {"cursor": mine, "segment": "VIP"},
        "a cursor with one character changed": {"cursor": flipped},
        "a cursor cut short": {"cursor": mine[:-1]},
    }
    answers = {name: http.get("/api/customers", params={"limit": "1"} | params) for name, params in tries.items()}
    for name, answer in answers.items():
        flaws = list(shape_flaws(answer)) if answer.status_code == 400 else [f"{answer.status_code} {answer.text[:80]}"]
        report.check(f"{name} is a 400", not flaws, flaws or 400)


def _cursor(http: httpx.Client, path: str) -> str:
    answer = decoded(http.get(path, params={"limit": 1}))
    return str(answer["pagination"]["nextCursor"])
