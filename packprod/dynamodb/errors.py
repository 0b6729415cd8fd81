"""What a call to the engine may end in: the engine's own errors, and the few of ours that they become.

Repeats work during a short outage, too.
"""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

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
_EXPIRED = {"ExpiredIteratorException"}
_TRIMMED = {"TrimmedDataAccessException"}
_STREAM_OPERATIONS = {"describe_stream", "get_shard_iterator", "get_records"}


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


class EngineFailure(Exception):
    """A call without a result. What calls the engine raises an error of ours `from` it."""


class NoResponse(EngineFailure):
    """The engine could not be reached, did not answer in time, or its answer did not arrive whole."""


class NoCredentials(EngineFailure):
    """There are no keys to sign with, or they could not be refreshed."""


class ErrorResponse(EngineFailure):
    """The engine's answer that it did not do what was requested.

    `code` and `words` are its own, `reasons` the codes that say why a transaction was cancelled, one per operation;
    `headers` are those of the answer, by names in lower case.
    """

    def __init__(
        self,
        code: str,
        words: str,
        *,
        operation: str,
        status: int = 400,
        reasons: tuple[str, ...] = (),
        headers: Mapping[bytes, bytes] | None = None,
    ) -> None:
        super().__init__(f"{operation}: {code}: {words}")
        self.code = code
        self.words = words
        self.operation = operation
        self.status = status
        self.reasons = reasons
        self.headers = headers or {}


def domain_error(failure: EngineFailure) -> PackProdError:
    """The error of ours that a failure means."""
    code, text = (failure.code, failure.words or str(failure)) if isinstance(failure, ErrorResponse) else ("", "")
    if code in _CANCELLED and not _is_throttled(failure):
        return TransactionCancelled(text)
    if code in _CONDITION:
        return ConditionFailed(text)
    if code == "ResourceNotFoundException" and _is_about_a_stream(failure):
        return ShardMissing(text)
    if code == "ResourceNotFoundException":
        return TableMissing("A table is missing: run `manage.py provision_tables`.")
    if code in _EXPIRED:
        return IteratorExpired(text)
    if code in _TRIMMED:
        return RecordsTrimmed(text)
    if code == "ValidationException":
        return RequestRefused(text)
    return EngineUnavailable("The database engine cannot be reached or is overloaded; try again shortly.")


def _is_about_a_stream(failure: EngineFailure) -> bool:
    return getattr(failure, "operation", "") in _STREAM_OPERATIONS


def _is_throttled(failure: EngineFailure) -> bool:
    return isinstance(failure, ErrorResponse) and not _THROTTLED.isdisjoint(failure.reasons)


def refused_operations(error: PackProdError) -> set[int]:
    """The positions of the operations for which a transaction was cancelled; empty if the engine does not say."""
    cause = error.__cause__
    reasons = cause.reasons if isinstance(cause, ErrorResponse) else ()
    return {at for at, code in enumerate(reasons) if code not in ("", "None")}


def engine_code(error: PackProdError) -> str:
    """The engine's own name of an error of ours; empty if the engine did not answer."""
    cause = error.__cause__
    return cause.code if isinstance(cause, ErrorResponse) else ""


def engine_words(error: PackProdError) -> str:
    """The engine's own words, for operators: `AccessDeniedException: User … is not authorized …`. They may name
    accounts and hosts, so no client is shown them. Empty if the engine did not answer."""
    cause = error.__cause__
    return f"{cause.code}: {cause.words or cause}" if isinstance(cause, ErrorResponse) else ""


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
