"""The identity of an order: derived from what the business calls it, so that importing twice meets in one row."""

import uuid

from django.conf import settings

_ORDERS = uuid.uuid5(uuid.NAMESPACE_DNS, "orders.packprod")


def own_order_id(order_reference: str) -> str:
    """The orderID that an order gets when we import it: a UUIDv5 of client and reference."""
    return str(uuid.uuid5(_ORDERS, f"{settings.PACKPROD_CLIENT_ID}\x1f{order_reference}"))
