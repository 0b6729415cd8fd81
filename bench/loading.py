"""Fills the tables directly, without the product, as another writer would: whole rows, many at once.

Contacts and orders in turn, as imports write them, and a row of the cache before all. DynamoDB Local looks up the
first record of a table's stream in every call for that table, and passes over the records of all other streams before
it: with all orders first, each call for a contact took 1 ms more at 5,000 orders, and the rebuild of 100,000 had not
ended after a quarter of an hour.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config
from more_itertools import interleave_longest

from bench.access import CACHE, CONTACTS, ORDERS
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
    both = interleave_longest(
        ((CONTACTS, chunk) for chunk in _chunks(contacts)), ((ORDERS, chunk) for chunk in _chunks(orders))
    )
    _begin_stream(client, CACHE)
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in pool.map(lambda one: _put(client, *one), both):
            pass


def _begin_stream(client: Any, table: str) -> None:
    key = {"contactID": {"S": "nobody"}}
    client.put_item(TableName=table, Item=key)
    client.delete_item(TableName=table, Key=key)


def _put(client: Any, table: str, rows: list[Row]) -> None:
    items = [{name: encode_value(value) for name, value in row.items()} for row in rows]
    client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}} for item in items])


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, ROWS_PER_CALL)):
        yield chunk
