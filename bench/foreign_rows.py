"""Order rows as another product would write them: money as text, milliseconds, none of our attributes."""

from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from bench.payloads import unique


def foreign_row(*, contact_id: str, total: str = "7.00") -> dict[str, Any]:
    """A valid order row for boto3's Table."""
    order_id = unique("foreign-")
    return {
        "orderID": order_id,
        "orderReference": order_id.upper(),
        "clientID": "packprod",
        "contactID": contact_id,
        "createdAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "status": "received",
        "items": [{"productCode": "TAPE-48", "quantity": 1, "unitPrice": total}],
        "total": total,
    }


def in_cli_notation(row: dict[str, Any]) -> dict[str, Any]:
    """A row in the notation of the AWS CLI: {"total": {"S": "7.00"}}."""
    serializer = TypeSerializer()
    return {name: serializer.serialize(value) for name, value in row.items()}
