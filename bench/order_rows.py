"""Turns orders as sent into the rows that an import would store, for scenarios that fill the table directly."""

import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
_ORDERS = uuid.uuid5(uuid.NAMESPACE_DNS, "orders.packprod")
_CONTACTS = uuid.uuid5(uuid.NAMESPACE_DNS, "contacts.packprod")
_NOTHING = Decimal(0)


def order_id(reference: str, *, client_id: str) -> str:
    """The id that an import gives an order."""
    return str(uuid.uuid5(_ORDERS, f"{client_id}\x1f{reference}"))


def contact_id(customer: dict[str, str], *, client_id: str) -> str:
    """The id that an import gives a new contact, made of its e-mail or else of its phone."""
    email = customer.get("email", "").strip().casefold()
    identity = email or "phone:" + "".join(filter(str.isdigit, customer["phone"]))
    return str(uuid.uuid5(_CONTACTS, f"{client_id}\x1f{identity}"))


def last_versions(payloads: Iterable[dict[str, Any]], *, client_id: str) -> list[Row]:
    """One row per reference, made of the last payload with that reference."""
    return list({one["orderReference"]: _row(one, client_id) for one in payloads}.values())


def _row(payload: dict[str, Any], client_id: str) -> Row:
    lines = [
        line | {"quantity": Decimal(line["quantity"]), "unitPrice": Decimal(str(line["unitPrice"]))}
        for line in payload["items"]
    ]
    subtotal = sum((line["quantity"] * line["unitPrice"] for line in lines), _NOTHING)
    tax, shipping, discount = (Decimal(payload.get(name, 0)) for name in ("tax", "shipping", "discount"))
    customer = payload["customer"]
    return {
        "orderID": order_id(payload["orderReference"], client_id=client_id),
        "orderReference": payload["orderReference"],
        "clientID": client_id,
        "contactID": contact_id(customer, client_id=client_id),
        "createdAt": payload["createdAt"],
        "updatedAt": payload["createdAt"],
        "status": payload.get("status", "received"),
        "currency": "AUD",
        "customer": customer,
        "items": lines,
        "subtotal": subtotal,
        "tax": tax,
        "shipping": shipping,
        "discount": discount,
        "total": Decimal(payload.get("total", subtotal + tax + shipping - discount)),
        "source": payload.get("source", ""),
    }


def as_json(row: Row) -> dict[str, Any]:
    """A row with money as text, for a file with one row a line."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [as_json(member) for member in value]
    return str(value) if isinstance(value, Decimal) else value


def contacts_of(rows: Iterable[Row]) -> Iterator[Row]:
    """A contact row for each customer of these orders, as in the first of them."""
    seen: set[str] = set()
    for row in rows:
        if row["contactID"] not in seen:
            seen.add(row["contactID"])
            times = {"createdAt": row["createdAt"], "updatedAt": row["createdAt"], "source": "n8n"}
            yield {"contactID": row["contactID"], "clientID": row["clientID"], **row["customer"], **times}
