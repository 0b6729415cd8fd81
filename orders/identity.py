"""The identity of an order: derived from what the business calls it, so that importing twice meets in one row."""

import uuid

_ORDERS = uuid.uuid5(uuid.NAMESPACE_DNS, "orders.packprod")


def derived_order_id(*, client_id: str, order_reference: str) -> str:
    """The orderID of an imported order: a UUIDv5 of client and reference."""
    return str(uuid.uuid5(_ORDERS, f"{client_id}\x1f{order_reference}"))
