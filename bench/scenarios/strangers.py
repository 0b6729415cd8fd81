"""Shared tables: rows of other clients are never shown, and contacts that existed before are used and kept."""

import time

from bench.access import CONTACTS, ORDERS
from bench.foreign_rows import foreign_row
from bench.payloads import decoded, imported, order, unique
from bench.product import Product
from bench.reading import customer, has, rows
from bench.report import Report

FOLLOW_SECONDS = 2.0


def other_clients(product: Product, report: Report) -> None:
    """Checks that an order and a contact of another client are never shown, used or changed."""
    http, email = product.access.http, f"{unique('shared.')}@example.com"
    theirs = {"contactID": unique("theirs-"), "clientID": "someone-else", "email": email, "name": "Theirs"}
    product.access.table(CONTACTS).put_item(Item=theirs)
    contact = imported(http, order(email=email, total="3.00"))["contactID"]
    report.check("another client's contact is not used", contact != theirs["contactID"], contact)
    row = foreign_row(contact_id=contact) | {"clientID": "someone-else"}
    product.access.table(ORDERS).put_item(Item=row)
    time.sleep(FOLLOW_SECONDS)
    report.check("another client's order counts nowhere", has(1, "3.00")(customer(http, contact)))
    lists = [
        ("/api/orders", {}),
        ("/api/orders", {"contactID": contact}),
        (f"/api/customers/{contact}/orders", {}),
    ]
    shown = [r["orderID"] for path, params in lists for r in rows(http, path, **params)]
    report.check("another client's order is not listed", row["orderID"] not in shown, f"{len(shown)} rows looked at")
    statuses = [http.get(f"/api/orders/{row['orderID']}").status_code]
    statuses.append(http.patch(f"/api/orders/{row['orderID']}", json={"status": "shipped"}).status_code)
    report.check("another client's order is 404 to GET and PATCH", statuses == [404, 404], statuses)
    kept = product.access.table(CONTACTS).get_item(Key={"contactID": theirs["contactID"]})["Item"]
    report.check("another client's contact is unchanged", kept == theirs)


def legacy_contact(product: Product, report: Report) -> None:
    """Checks that an old contact, with an e-mail in mixed case and attributes of its own, is used, filled and kept."""
    name, table = unique("Legacy."), product.access.table(CONTACTS)
    row = {
        "contactID": unique("legacy-"),
        "clientID": "packprod",
        "email": f"{name}@Example.COM",
        "reviewScore": "4",
    }
    table.put_item(Item=row)
    data = imported(product.access.http, order(email=f"{name.lower()}@example.com"))
    same = (data["contactID"], data["contactCreated"]) == (row["contactID"], False)
    report.check("legacy contact with mixed-case e-mail is used", same, data["contactID"])
    kept = table.get_item(Key={"contactID": row["contactID"]}, ConsistentRead=True)["Item"]
    report.check("legacy contact keeps its own attributes", kept.get("reviewScore") == "4")
    report.check(
        "legacy contact's empty company is filled",
        kept.get("company") == "Bench Pty Ltd",
        kept.get("company"),
    )
    found = decoded(product.access.http.get(f"/api/customers/{data['contactID']}"))["data"]
    report.check("legacy contact's figures", found.get("orderCount") == 1, found.get("orderCount"))
