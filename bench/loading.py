"""Fills the tables directly, without the product, as another writer would: whole rows, many at once."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config

from bench.access import CONTACTS, ORDERS
from bench.order_rows import Row
from packprod.dynamodb.codec import encode_value

ROWS_PER_CALL = 100
THREADS = 2
REGION = "ap-southeast-2"


def load(orders: Iterable[Row], contacts: Iterable[Row], *, url: str) -> None:
    """Puts every row, in transactions because DynamoDB Local commits each of them at once, which is faster."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    patient = Config(retries={"max_attempts": 20}, read_timeout=60, parameter_validation=False)
    client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, config=patient, **keys)
    for table, rows in ((ORDERS, orders), (CONTACTS, contacts)):
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(lambda chunk, table=table: _put(client, table, chunk), _chunks(rows)):
                pass


def _put(client: Any, table: str, rows: list[Row]) -> None:
    items = [{name: encode_value(value) for name, value in row.items()} for row in rows]
    client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}} for item in items])


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_PER_CALL)):
        yield chunk
