"""Fills the tables as another writer would: whole rows, many at once, past the product."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import boto3
from botocore.config import Config

from bench.access import CONTACTS, ORDERS
from bench.shop_data import Row, Shop
from packprod.dynamodb.codec import encode_value

ROWS_PER_CALL = 100
THREADS = 3
REGION = "ap-southeast-2"


def load(shop: Shop, *, url: str) -> None:
    """Puts every order and contact of the shop. Transactions only because DynamoDB Local commits them in one."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    patient = Config(retries={"max_attempts": 5}, read_timeout=60, parameter_validation=False)
    client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, config=patient, **keys)
    for table, rows in ((ORDERS, shop.orders()), (CONTACTS, shop.contacts())):
        with ThreadPoolExecutor(THREADS) as pool:
            for _ in pool.map(lambda chunk, table=table: _put(client, table, chunk), _chunks(rows)):
                pass


def _put(client: Any, table: str, rows: list[Row]) -> None:
    items = [{name: encode_value(value) for name, value in row.items()} for row in rows]
    client.transact_write_items(TransactItems=[{"Put": {"TableName": table, "Item": item}} for item in items])


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, ROWS_PER_CALL)):
        yield chunk
