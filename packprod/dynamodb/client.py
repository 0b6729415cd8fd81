"""The two botocore clients, one for tables and one for streams, that every call to the engine goes through.

botocore does the signing, timeouts, retries and errors. Only its response parser is replaced, because walking the
answer's shape costs more than everything else in reading a list.
"""

from functools import lru_cache
from typing import Any

import botocore.session
import orjson
from botocore.config import Config
from botocore.parsers import JSONParser, ResponseParserFactory
from django.conf import settings

from packprod.dynamodb.errors import engine_errors
from packprod.observability.request_context import count_engine_call

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 2
MAX_POOL_CONNECTIONS = 64


class RawJSONParser(JSONParser):
    """Returns a successful answer as DynamoDB sent it: tagged values, binary still base64 (the codec decodes both).

    Every answer passes through here, so this is also where the cost of a request is counted.
    """

    def _do_parse(self, response: dict[str, Any], shape: Any) -> Any:
        answer = orjson.loads(response["body"]) if response["body"] else {}
        count_engine_call(items=_items_read(answer), size=len(response["body"]))
        return answer


def _items_read(answer: dict[str, Any]) -> int:
    """How many items the engine read for a query or scan (including those it filtered out), a get or a batch get."""
    if "ScannedCount" in answer:
        return int(answer["ScannedCount"])
    return int("Item" in answer) + sum(map(len, answer.get("Responses", {}).values()))


class _RawParserFactory(ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> RawJSONParser:
        return RawJSONParser()


def _create(service: str) -> Any:
    session = botocore.session.get_session()
    session.register_component("response_parser_factory", _RawParserFactory())
    return session.create_client(
        service,
        region_name=settings.AWS_REGION,
        endpoint_url=settings.ENDPOINTS.dynamodb_url,
        aws_access_key_id=settings.ENDPOINTS.aws_access_key_id,
        aws_secret_access_key=settings.ENDPOINTS.aws_secret_access_key,
        config=Config(
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            read_timeout=READ_TIMEOUT_SECONDS,
            max_pool_connections=MAX_POOL_CONNECTIONS,
            retries={"total_max_attempts": 2, "mode": "standard"},
            parameter_validation=False,  # a third of the time of a rebuild; the engine validates, too
        ),
    )


@lru_cache(maxsize=1)
def dynamodb() -> Any:
    """The client for tables. It is thread-safe, and made on first use, which is after a fork."""
    return _create("dynamodb")


@lru_cache(maxsize=1)
def streams() -> Any:
    """The client for DynamoDB Streams."""
    return _create("dynamodbstreams")


def call(operation: str, **parameters: Any) -> dict[str, Any]:
    """Calls a table operation, such as `query`; the answer is still tagged. Raises domain errors."""
    with engine_errors():
        answer: dict[str, Any] = getattr(dynamodb(), operation)(**parameters)
        return answer


def call_stream(operation: str, **parameters: Any) -> dict[str, Any]:
    """Calls a stream operation, such as `get_records`; the answer is still tagged. Raises domain errors."""
    with engine_errors():
        answer: dict[str, Any] = getattr(streams(), operation)(**parameters)
        return answer


def ping() -> None:
    """Checks that the engine answers. Raises EngineUnavailable if it does not."""
    call("list_tables", Limit=1)
