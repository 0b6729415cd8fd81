"""Translates what botocore raises into a few errors of our own, and repeats work during a short outage."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from packprod.errors import EngineUnavailable, PackProdError

T = TypeVar("T")
ATTEMPTS = 6
_CONDITION = {"ConditionalCheckFailedException"}
_CANCELLED = {
    "TransactionCanceledException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_THROTTLED = {"ThrottlingError", "ProvisionedThroughputExceeded"}
_NO_INDEX = ("does not have the specified index", "backfilling global secondary index")
_EXPIRED = {"ExpiredIteratorException"}
_TRIMMED = {"TrimmedDataAccessException"}
_STREAM_OPERATIONS = {"DescribeStream", "GetShardIterator", "GetRecords"}


class ConditionFailed(PackProdError):
    """The condition of a write did not hold, because somebody else wrote first: read again and decide again."""

    code = "condition_failed"


class TransactionCancelled(ConditionFailed):
    """A transaction wrote nothing, because somebody else wrote, or is writing, one of its items."""


class RequestRefused(PackProdError):
    """The engine refuses the request: an item over 400 KB, a key too long, a malformed request."""

    code = "request_refused"


class TableMissing(EngineUnavailable):
    """A table or index that `manage.py provision_tables` has not made yet."""

    code = "table_missing"


class ShardMissing(EngineUnavailable):
    """The engine does not know a stream, or a shard that it has listed; it may know it again later."""

    code = "shard_missing"


class IteratorExpired(PackProdError):
    """A shard iterator is older than 15 minutes: open the shard again."""

    code = "iterator_expired"


class RecordsTrimmed(PackProdError):
    """The stream dropped records, after 24 hours, before they were read: the read models need a rebuild."""

    code = "records_trimmed"


@contextmanager
def engine_errors() -> Iterator[None]:
    """Inside the block, errors of botocore are raised as our own, `from` the original."""
    try:
        yield
    except ClientError as exc:
        raise _translate(exc, exc.response) from exc
    except BotoCoreError as exc:
        raise _translate(exc, {}) from exc


def _translate(exc: Exception, response: dict[str, Any]) -> PackProdError:
    error = response.get("Error", {})
    code, text = error.get("Code"), error.get("Message") or str(exc)
    if code in _CANCELLED and not _THROTTLED & _reasons(response):
        return TransactionCancelled(text)
    if code in _CONDITION:
        return ConditionFailed(text)
    if code == "ResourceNotFoundException" and _is_about_a_stream(exc):
        return ShardMissing(text)
    if code == "ResourceNotFoundException":
        return TableMissing("A table is missing: run `manage.py provision_tables`.")
    if code in _EXPIRED:
        return IteratorExpired(text)
    if code in _TRIMMED:
        return RecordsTrimmed(text)
    if code == "ValidationException" and any(words in text for words in _NO_INDEX):
        return TableMissing("An index is missing or not filled yet: run `manage.py provision_tables`.")
    if code == "ValidationException":
        return RequestRefused(text)
    return EngineUnavailable("The database engine cannot be reached or is overloaded; try again shortly.")


def _is_about_a_stream(exc: Exception) -> bool:
    return getattr(exc, "operation_name", "") in _STREAM_OPERATIONS


def _reasons(response: dict[str, Any]) -> set[str]:
    """The codes that say why a transaction was cancelled, one per operation."""
    return {str(reason.get("Code")) for reason in response.get("CancellationReasons", [])}


def engine_code(error: PackProdError) -> str:
    """The engine's own name of an error that `engine_errors` raised; empty if the engine did not answer."""
    cause = error.__cause__
    return str(cause.response.get("Error", {}).get("Code", "")) if isinstance(cause, ClientError) else ""


def engine_words(error: PackProdError) -> str:
    """The engine's own words, for operators: `AccessDeniedException: User … is not authorized …`. They may name
    accounts and hosts, so no client is shown them. Empty if the engine did not answer."""
    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return ""
    return f"{engine_code(error)}: {cause.response.get('Error', {}).get('Message') or cause}"


def patiently(work: Callable[[], T]) -> T:
    """Calls `work`, and repeats it for about 15 seconds in all while the engine does not answer; returns its result.

    It is for work over all orders: under load, single calls to the engine may time out, which must not end an hour's
    work. A request never waits like this; it answers 503 at once, and the client tries again.
    `work` must be safe to repeat. Raises EngineUnavailable after that time.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except TableMissing:
            raise
        except EngineUnavailable:
            time.sleep(0.25 * 2**attempt)
    return work()
