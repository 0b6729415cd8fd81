"""Rows as other writers put them: straight into the table, by their own habits."""

import uuid
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.tables import WebOrder
from packprod.dynamodb.client import call
from packprod.dynamodb.codec import encode_value
from packprod.dynamodb.tables import Table


def put_row(table: type[Table], row: dict[str, Any]) -> dict[str, Any]:
    """Puts a row as the plain AWS client does."""
    call("put_item", TableName=table.engine_name(), Item={name: encode_value(value) for name, value in row.items()})
    return row


def delete_row(table: type[Table], *key: str) -> None:
    """Deletes a row as the plain AWS client does."""
    names = zip(table.key_names(), key, strict=True)
    call("delete_item", TableName=table.engine_name(), Key={name: encode_value(value) for name, value in names})


def foreign_row(**changes: Any) -> dict[str, Any]:
    """An order of the old Lambda: money as text, milliseconds, none of our attributes. None drops an attribute."""
    order_id = f"lambda-{uuid.uuid4().hex[:10]}"
    row = {
        "orderID": order_id,
        "orderReference": order_id.upper(),
        "clientID": settings.PACKPROD_CLIENT_ID,
        "contactID": f"contact-of-{order_id}",
        "createdAt": "2025-10-20T10:30:00.250Z",
        "status": "received",
        "items": [{"productCode": "TAPE-48", "quantity": Decimal(2), "unitPrice": "3.50"}],
        "total": "7.00",
    }
    return {name: value for name, value in (row | changes).items() if value is not None}


def put_order(**changes: Any) -> dict[str, Any]:
    """Stores a foreign order."""
    return put_row(WebOrder, foreign_row(**changes))
