"""The two clients, one for tables and one for streams, that every call to the engine goes through.

DynamoDB's protocol is one POST of JSON per call. botocore sends it by way of a model of the service, event hooks and
urllib3, which costs several times as much (docs/adr/0037). It still finds credentials and addresses (`aws`).
"""

import atexit
import base64
import json
import time
import uuid
import zlib
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings

from packprod.dynamodb.aws import amazon_url, credentials_of_the_chain, route_to
from packprod.dynamodb.connections import Connections, HttpAnswer
from packprod.dynamodb.errors import EngineFailure, ErrorResponse, NoResponse, domain_error
from packprod.dynamodb.retries import TOTAL_ATTEMPTS, RetryQuota, pause_seconds, retry_cost
from packprod.dynamodb.signing import Credentials, Signer
from packprod.observability.request_context import count_engine_call

CONNECT_TIMEOUT_SECONDS = 1
READ_TIMEOUT_SECONDS = 2
MAX_POOL_CONNECTIONS = 64
_VERSIONS = {"dynamodb": "DynamoDB_20120810", "dynamodbstreams": "DynamoDBStreams_20120810"}
_OK = 200
_CLOCK_REFUSED = {
    "InvalidSignatureException",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}
_CLOCK_TOLERANCE_SECONDS = 60.0  # Amazon refuses signatures that are more than five minutes off


class EngineClient:
    """Sends the operations of one service, `dynamodb` or `dynamodbstreams`. Thread-safe."""

    def __init__(self, service: str, *, signer: Signer, connections: Connections) -> None:
        self.connections = connections
        self._signer = signer
        self._version = _VERSIONS[service]
        self._quota = RetryQuota()

    def send(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Sends an operation, such as `query`, once more if that may help. Returns the answer as the engine sent it:
        values are tagged, binary ones are base64 (the codec decodes both). Raises EngineFailure."""
        body = _encoded(operation, parameters)
        attempt, spent = 1, 0
        while True:
            try:
                answer = self._attempt(operation, body)
            except EngineFailure as failure:
                cost = retry_cost(failure) or int(self._corrects_clock(failure))
                if attempt == TOTAL_ATTEMPTS or not cost or not self._quota.take(cost):
                    raise
                time.sleep(pause_seconds(failure, attempt=attempt))
                attempt, spent = attempt + 1, spent + cost
            else:
                self._quota.give_back(spent)
                return answer

    def _attempt(self, operation: str, body: bytes) -> dict[str, Any]:
        headers = self._signer.headers(target=f"{self._version}.{_name(operation)}", body=body)
        head = f"POST {self._signer.path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        return _decoded(operation, self.connections.exchange(head.encode() + body))

    def _corrects_clock(self, failure: EngineFailure) -> bool:
        """Signs by the engine's clock from now on, if it refused a signature and its clock differs from the one that we
        signed by; returns whether that is so."""
        if not isinstance(failure, ErrorResponse) or failure.code not in _CLOCK_REFUSED:
            return False
        offset = parsedate_to_datetime(failure.headers.get(b"date", b"").decode()).timestamp() - time.time()
        if abs(offset - self._signer.clock_offset) < _CLOCK_TOLERANCE_SECONDS:
            return False
        self._signer.clock_offset = offset
        return True


# --- The form of requests and answers --------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _name(operation: str) -> str:
    """The protocol's name of an operation: GetItem for get_item."""
    return "".join(word.capitalize() for word in operation.split("_"))


def _encoded(operation: str, parameters: dict[str, Any]) -> bytes:
    """The body of a request. A transaction bears a token, so that it is committed once, however often it is sent."""
    if operation == "transact_write_items":
        parameters = {"ClientRequestToken": str(uuid.uuid4()), **parameters}
    try:
        return orjson.dumps(parameters, default=_base64)
    except orjson.JSONEncodeError:  # half a surrogate pair, say: JSON has an escape for it
        return json.dumps(parameters, default=_base64).encode()


def _base64(value: Any) -> str:
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} cannot be sent to the engine")


def _decoded(operation: str, answer: HttpAnswer) -> dict[str, Any]:
    """The JSON of a successful answer, counted for the request being answered. Raises ErrorResponse, NoResponse."""
    body = answer.body
    checksum = answer.headers.get(b"x-amz-crc32")
    if checksum is not None and zlib.crc32(body) != int(checksum):
        raise NoResponse("the answer was damaged on its way: its checksum is another")
    if answer.status != _OK:
        raise _error(operation, answer)
    try:
        content = _json_object(body)
    except ValueError as exc:
        raise NoResponse(f"the answer is no JSON: {exc}") from exc
    count_engine_call(items=_items_read(content), size=len(body))
    return content


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        content = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:  # orjson takes no half of a surrogate pair, which a foreign row may hold
        content = json.loads(body)
    if not isinstance(content, dict):
        raise ValueError("not an object")
    return content


def _items_read(answer: dict[str, Any]) -> int:
    """How many items the engine read for a query or scan (including those it filtered out), a get or a batch get."""
    if "ScannedCount" in answer:
        return int(answer["ScannedCount"])
    return int("Item" in answer) + sum(map(len, answer.get("Responses", {}).values()))


def _error(operation: str, answer: HttpAnswer) -> ErrorResponse:
    """An error answer. What is not the engine's JSON (a proxy's page, say) has the status as its code."""
    try:
        content = _json_object(answer.body)
    except ValueError:
        content = {}
    code = str(content.get("__type") or answer.status)
    return ErrorResponse(
        code.split(":", 1)[0].rsplit("#", 1)[-1],
        str(content.get("message") or content.get("Message") or ""),
        operation=operation,
        status=answer.status,
        reasons=tuple(str(reason.get("Code")) for reason in content.get("CancellationReasons") or ()),
        headers=answer.headers,
    )


# --- The clients of this process -------------------------------------------------------------------------------------


def _create(service: str) -> EngineClient:
    endpoints, region = settings.ENDPOINTS, settings.AWS_REGION
    url = endpoints.dynamodb_url or amazon_url(service, region=region)
    connections = Connections(
        route_to(url),
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=READ_TIMEOUT_SECONDS,
        most_idle=MAX_POOL_CONNECTIONS,
    )
    atexit.register(connections.close)
    signer = Signer(url, region=region, credentials=_credentials())
    return EngineClient(service, signer=signer, connections=connections)


def _credentials() -> Callable[[], Credentials]:
    access_key, secret_key = settings.ENDPOINTS.aws_access_key_id, settings.ENDPOINTS.aws_secret_access_key
    if access_key is None or secret_key is None:
        return credentials_of_the_chain()
    fixed = Credentials(access_key, secret_key)
    return lambda: fixed


@lru_cache(maxsize=1)
def dynamodb() -> EngineClient:
    """The client for tables."""
    return _create("dynamodb")


@lru_cache(maxsize=1)
def streams() -> EngineClient:
    """The client for DynamoDB Streams."""
    return _create("dynamodbstreams")


def call(operation: str, **parameters: Any) -> dict[str, Any]:
    """Calls a table operation, such as `query`; the answer is still tagged. Raises domain errors."""
    try:
        return dynamodb().send(operation, parameters)
    except EngineFailure as failure:
        raise domain_error(failure) from failure


def call_stream(operation: str, **parameters: Any) -> dict[str, Any]:
    """Calls a stream operation, such as `get_records`; the answer is still tagged. Raises domain errors."""
    try:
        return streams().send(operation, parameters)
    except EngineFailure as failure:
        raise domain_error(failure) from failure


def ping() -> None:
    """Checks that the engine answers. Raises EngineUnavailable if it does not."""
    call("list_tables", Limit=1)
