"""The floor: what the machine needs at least for an answer, whatever program stands between engine and client.

It has two parts: the calls to the engine made bare over one kept connection, and the bytes of the answer from a bare
WSGI function under the same gunicorn. The calls are those that PackProd made ("today's reads"), or one query or get of
just the rows that the answer shows ("ideal").
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.dynamodb.types import TypeSerializer

from bench.comparing.recorder import Call, Recording
from bench.environment import clean_environment
from bench.loading import REGION
from bench.peer.running import running_gunicorn
from bench.wire import Connection, Request

TABLE = "bench-shown"
API = "DynamoDB_20120810"
SERIALIZER = TypeSerializer()
# The engine takes any key and does not check signatures.
SIGNED = f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=00"


@dataclass(frozen=True, slots=True)
class Floor:
    """What is sent for one request: the recorded calls, the ideal one, and the answer's bytes."""

    calls: list[Call]
    ideal: Request
    bare: Request


class Shown:
    """A table with just the rows that the answers show, a partition for each answer."""

    def __init__(self, *, url: str) -> None:
        keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        self._client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, **keys)
        self._client.create_table(
            TableName=TABLE,
            KeySchema=[{"AttributeName": "answer", "KeyType": "HASH"}, {"AttributeName": "row", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "answer", "AttributeType": "S"},
                {"AttributeName": "row", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def put(self, answer: str, body: bytes) -> Request:
        """Stores the rows of a JSON answer; returns the one call that reads them."""
        data = json.loads(body, parse_float=Decimal)["data"]
        rows = data if isinstance(data, list) else [data]
        for number, row in enumerate(rows):
            item = {name: SERIALIZER.serialize(value) for name, value in _row(answer, number, row).items()}
            self._client.put_item(TableName=TABLE, Item=item)
        if isinstance(data, list):
            values = {":answer": {"S": answer}}
            return _call("Query", KeyConditionExpression="answer = :answer", ExpressionAttributeValues=values)
        return _call("GetItem", Key={"answer": {"S": answer}, "row": {"N": "0"}})


def _row(answer: str, number: int, shown: Any) -> dict[str, Any]:
    return {"answer": answer, "row": number, "shown": shown}


def _call(operation: str, **parameters: Any) -> Request:
    headers = {
        "X-Amz-Target": f"{API}.{operation}",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": SIGNED,
    }
    return Request("POST", "/", headers, json.dumps({"TableName": TABLE} | parameters).encode())


@contextmanager
def running_floor(
    recordings: dict[str, Recording], ideals: dict[str, Request], *, folder: Path
) -> Iterator[tuple[int, dict[str, Floor]]]:
    """Yields the port of the bare WSGI function and, by the recordings' names, what to send."""
    answers = folder / "answers"
    answers.mkdir()
    floors: dict[str, Floor] = {}
    for number, (name, one) in enumerate(recordings.items()):
        (answers / str(number)).write_bytes(one.answer.body)
        floors[name] = Floor(one.calls, ideals[name], Request("GET", f"/{number}"))
    env = clean_environment(BENCH_ANSWERS=str(answers))
    with running_gunicorn("bench.comparing.wsgi:application", env=env, log=folder / "floor.log") as (port, _):
        yield port, floors


def engine_connection(url: str) -> Connection:
    """A kept connection to the engine."""
    return Connection(urlsplit(url).port or 0)
