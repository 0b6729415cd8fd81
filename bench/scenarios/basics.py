"""The first hour of a new customer: create, repeat, conflict, replace, cancel, and figures that follow."""

from decimal import Decimal
from typing import Any

import httpx

from bench.payloads import IMPORT, decoded, has_error_key, order, post, unique
from bench.product import Product
from bench.reading import customer, has, rows, seconds_until_customer
from bench.report import Report
from bench.waiting import milliseconds


def run(product: Product, report: Report) -> None:
    """Takes one order through its whole life."""
    http, body = product.access.http, order(total="105.50")
    created = _answer(report, "new order", post(http, body), 201, created=True, contactCreated=True)
    contact = created.get("contactID", "")
    _follows(product, report, "new order", contact, 1, "105.50")
    _answer(report, "the same again", post(http, body), 200, created=False, updated=False)
    changed = order(reference=body["orderReference"], email=body["customer"]["email"], total="99.00")
    conflict = post(http, changed)
    report.check("other content is 409 order_conflict", _code(conflict) == (409, "order_conflict"), _code(conflict))
    _answer(report, "?onConflict=update", post(http, changed, params={"onConflict": "update"}), 200, updated=True)
    _follows(product, report, "replaced order", contact, 1, "99.00")
    shapes(http, report)
    one_order(http, report, order_id=created.get("orderID", ""), contact=contact)
    _follows(product, report, "cancelled order", contact, 0, "0")
    find_by_search(product, report)
    gone = contact not in {row["contactID"] for row in rows(http, "/api/customers")}
    report.check("a customer left with no order is not listed", gone)


def shapes(http: httpx.Client, report: Report) -> None:
    """Sends an array and {"orders": […]}, each with a bad order between good ones, with and without trailing slash."""
    for name, wrap in (("array", list), ("orders key", lambda many: {"orders": list(many)})):
        many = [order(), order(items=[]), order()]
        answer = http.post(IMPORT + "/", json=wrap(many))
        body = decoded(answer)
        statuses = [row["status"] for row in body["data"]] if answer.status_code == 200 else answer.status_code
        report.check(f"{name}: each on its own", statuses == [201, 400, 201], statuses)
        report.check(f"{name}: no key named error below 400", not has_error_key(body))


def one_order(http: httpx.Client, report: Report, *, order_id: str, contact: str) -> None:
    """Reads the order, searches for it, pages to it, and cancels it."""
    found = decoded(http.get(f"/api/orders/{order_id}"))["data"]
    report.check("GET one order: exact total", Decimal(str(found.get("total"))) == Decimal("99.00"), found.get("total"))
    reference = found.get("orderReference", "?")
    lists: list[tuple[str, dict[str, Any]]] = [
        ("/api/orders", {"search": reference[:12]}), ("/api/orders", {"contactID": contact}),
        ("/api/orders", {"status": "received"}), (f"/api/customers/{contact}/orders", {}),
    ]  # fmt: skip
    missing = [str(one) for one in lists if order_id not in {row["orderID"] for row in rows(http, one[0], **one[1])}]
    report.check("found by search, contactID, status and customer", not missing, missing or "all")
    patched = http.patch(f"/api/orders/{order_id}", json={"status": "cancelled"})
    report.check("PATCH status", patched.status_code == 200, patched.status_code)


def find_by_search(product: Product, report: Report) -> None:
    """Checks that each word of a search may be a prefix of a word of name, e-mail or company, in any case or accent."""
    http, tag = product.access.http, unique("z")
    person = {
        "name": f"Zoë {tag.title()} Müller",
        "email": f"zoe.{tag}@example.com",
        "company": f"Ångström {tag} AB",
    }
    contact = decoded(post(http, order(customer=person)))["data"]["contactID"]
    seconds_until_customer(http, contact, has(1, "12.50"))
    words = (tag, f"zoe {tag}", f"ZOË {tag[:9]}", f"mull {tag}", f"angstrom {tag}", person["email"])
    missed = [w for w in words if contact not in {r["contactID"] for r in rows(http, "/api/customers", search=w)}]
    report.check("customers found by prefixes, case- and accent-blind", not missed, missed or "all")
    wrong = [w for w in (f"{tag} nobody", f"oe {tag}") if rows(http, "/api/customers", search=w)]
    report.check("a word that is no prefix finds nobody", not wrong, wrong or "right")


def _answer(report: Report, name: str, answer: httpx.Response, status: int, **expected: Any) -> dict[str, Any]:
    data: dict[str, Any] = decoded(answer).get("data", {})
    seen = {key: data.get(key) for key in expected}
    report.check(f"{name}: {status}", answer.status_code == status and seen == expected, f"{answer.status_code} {seen}")
    return data


def _follows(product: Product, report: Report, name: str, contact: str, count: int, total: str) -> None:
    taken = seconds_until_customer(product.access.http, contact, has(count, total))
    seen = milliseconds(taken) if taken is not None else f"never: {customer(product.access.http, contact)}"
    report.check(f"{name}: figures follow", taken is not None, seen)


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, decoded(answer).get("error", {}).get("code", "")
