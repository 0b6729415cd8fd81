"""How long the engine takes to put rows like those that the product has put, if boto3 alone puts them.

Rows are copied from the product's tables into the same tables, with the same indexes, of an engine of their own.
"""

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from bench.loading import REGION
from bench.memory_engine import product_in_memory

SAMPLE = 1_000  # rows of each table


def client_of(url: str) -> Any:
    """A client of boto3 that any number of threads may use."""
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    config = Config(parameter_validation=False, max_pool_connections=32, read_timeout=60)
    return boto3.client("dynamodb", endpoint_url=url, region_name=REGION, config=config, **keys)


def rows_in(url: str) -> dict[str, int]:
    """The number of rows in each of the product's tables."""
    client = client_of(url)
    names = client.list_tables()["TableNames"]
    return {name: int(client.describe_table(TableName=name)["Table"]["ItemCount"]) for name in names}


def added(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """How many rows each table has got."""
    return {name: count - before.get(name, 0) for name, count in after.items() if count > before.get(name, 0)}


def bare_seconds(url: str, rows: Mapping[str, int], *, checkout: Path, a_call: int, threads: int) -> float:
    """The seconds to put so many rows into each table, in transactions of `a_call` rows.

    It puts up to SAMPLE rows of each table, which `url` has, and reckons from them.
    """
    source = client_of(url)
    with product_in_memory(checkout=checkout) as (_, scratch_url):
        scratch, seconds = client_of(scratch_url), 0.0
        for table, count in rows.items():
            items = _sample(source, table, min(SAMPLE, count))
            if items:
                seconds += _put(scratch, table, items, a_call=a_call, threads=threads) * count / len(items)
    return seconds


def _sample(client: Any, table: str, count: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    start: dict[str, Any] = {}
    while len(items) < count:
        page = client.scan(TableName=table, Limit=count - len(items), **start)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    return items


def _put(client: Any, table: str, items: list[dict[str, Any]], *, a_call: int, threads: int) -> float:
    puts = [{"Put": {"TableName": table, "Item": item}} for item in items]
    chunks = [puts[start : start + a_call] for start in range(0, len(puts), a_call)]
    client.transact_write_items(TransactItems=chunks[0])  # warms up; the same rows again cost the same
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda chunk: client.transact_write_items(TransactItems=chunk), chunks))
    return time.perf_counter() - started
