"""Another writer uses the AWS CLI: whatever it does, the figures follow within 2 s."""

import json
import time
from collections.abc import Sequence
from typing import Any

from bench.access import ORDERS
from bench.foreign_rows import foreign_row, in_cli_notation
from bench.payloads import imported, order
from bench.product import Product
from bench.reading import has, seconds_until_customer
from bench.report import Report
from bench.scenarios.broken import broken_rows
from bench.scenarios.strangers import legacy_contact, other_clients
from bench.scenarios.verifying import verified
from bench.waiting import in_time, milliseconds

FOLLOW_SECONDS = 2.0
GIVE_UP = 15.0


def run(product: Product, report: Report) -> None:
    """Does everything that another writer may do, good and bad."""
    follows(product, report)
    broken_rows(product, report)
    other_clients(product, report)
    legacy_contact(product, report)
    verified(product, report)


def follows(product: Product, report: Report) -> None:
    """Puts, changes, cancels, moves and deletes an order; each time the figures must follow within 2 s."""
    http = product.access.http
    first, second = (imported(http, order(total="10.00"))["contactID"] for _ in range(2))
    row = foreign_row(contact_id=first, total="30.50")
    order_id = row["orderID"]

    def step(name: str, call: Sequence[str], *figures: tuple[str, int, str]) -> None:
        started = time.monotonic()
        product.access.aws(*call)
        returned = time.monotonic()
        waits = [seconds_until_customer(http, who, has(count, total), within=GIVE_UP) for who, count, total in figures]
        taken = None if None in waits else time.monotonic() - returned
        seen = f"{milliseconds(taken)} after the CLI returned, which took {milliseconds(returned - started)}"
        report.check(f"AWS CLI {name}: metrics follow", in_time(taken, FOLLOW_SECONDS), seen)

    step("put, money as text", _put(row), (first, 2, "40.50"))
    step("change of total", _set(order_id, "total", {"N": "99.99"}), (first, 2, "109.99"))
    step("cancel", _set(order_id, "status", {"S": "cancelled"}), (first, 1, "10.00"))
    step("revive", _set(order_id, "status", {"S": "shipped"}), (first, 2, "109.99"))
    moved = _set(order_id, "contactID", {"S": second})
    step("move to another contact", moved, (second, 2, "109.99"), (first, 1, "10.00"))
    step("delete", _delete(order_id), (second, 1, "10.00"))
    only = imported(http, order(total="5.00"))
    seconds_until_customer(http, only["contactID"], has(1, "5.00"), within=GIVE_UP)
    step("delete of the only order", _delete(only["orderID"]), (only["contactID"], 0, "0"))


def _put(row: dict[str, Any]) -> list[str]:
    return ["put-item", "--table-name", ORDERS, "--item", json.dumps(in_cli_notation(row))]


def _set(order_id: str, attribute: str, value: dict[str, str]) -> list[str]:
    names, values = json.dumps({"#a": attribute}), json.dumps({":v": value})
    change = ["--update-expression", "SET #a = :v"]
    filled = ["--expression-attribute-names", names, "--expression-attribute-values", values]
    return ["update-item", "--table-name", ORDERS, "--key", _key(order_id), *change, *filled]


def _delete(order_id: str) -> list[str]:
    return ["delete-item", "--table-name", ORDERS, "--key", _key(order_id)]


def _key(order_id: str) -> str:
    return json.dumps({"orderID": {"S": order_id}})
