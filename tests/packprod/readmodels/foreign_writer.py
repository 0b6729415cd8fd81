"""Another program that writes the tables with a client of its own, as the AWS CLI or the old Lambda does."""

from decimal import Decimal
from functools import lru_cache
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr
from django.conf import settings

from orders.tables import WebOrder
from packprod.dynamodb.tables import Table


def plain_table(table: type[Table]) -> Any:
    """The table through boto3's resource: nothing of ours between the test and the engine."""
    return _resource().Table(table.engine_name())


@lru_cache(maxsize=1)
def _resource() -> Any:
    return boto3.resource(
        "dynamodb",
        region_name=settings.AWS_REGION,
        endpoint_url=settings.ENDPOINTS.dynamodb_url,
        aws_access_key_id=settings.ENDPOINTS.aws_access_key_id,
        aws_secret_access_key=settings.ENDPOINTS.aws_secret_access_key,
    )


def all_rows(table: type[Table], **scan: Any) -> list[dict[str, Any]]:
    """Every row of a table, read by boto3."""
    found: list[dict[str, Any]] = []
    while True:
        answer = plain_table(table).scan(Limit=1000, ConsistentRead=True, **scan)
        found += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return found
        scan["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


class ForeignWriter:
    """Writes order rows of one client. Short names of orders and contacts become ids that no other test uses."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        self._orders = plain_table(WebOrder)

    def order_id(self, name: str) -> str:
        """The orderID behind a short name."""
        return f"{self.client_id}-order-{name}"

    def contact_id(self, name: str) -> str:
        """The contactID behind a short name."""
        return f"{self.client_id}-contact-{name}"

    def put(self, name: str, *, contact: str = "ann", total: Any = Decimal(10), **attributes: Any) -> str:
        """Puts a whole row, as small as the contract allows; returns its id. An attribute of None is left out."""
        row = {
            "orderID": self.order_id(name),
            "clientID": self.client_id,
            "contactID": self.contact_id(contact),
            "createdAt": "2025-10-20T10:30:00Z",
            "customer": {"name": f"{contact} smith", "email": f"{contact}@example.com"},
            "total": total,
        } | attributes
        self._orders.put_item(Item={key: value for key, value in row.items() if value is not None})
        return str(row["orderID"])

    def delete(self, name: str) -> str:
        """Deletes a row; returns its id."""
        self._orders.delete_item(Key={"orderID": self.order_id(name)})
        return self.order_id(name)

    def delete_all(self) -> None:
        """Deletes what is left of the client's orders."""
        rows = all_rows(WebOrder, FilterExpression=Attr("clientID").eq(self.client_id), ProjectionExpression="orderID")
        with self._orders.batch_writer() as batch:
            for row in rows:
                batch.delete_item(Key=row)
