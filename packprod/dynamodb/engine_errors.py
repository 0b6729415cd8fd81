"""Turns what botocore and PynamoDB raise into the few errors the rest of the house knows."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from packprod.errors import EngineUnavailable, PackProdError

_CONDITION = {"ConditionalCheckFailedException"}
_CANCELLED = {
    "TransactionCanceledException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
_THROTTLED = {"ThrottlingError", "ProvisionedThroughputExceeded"}
_EXPIRED = {"ExpiredIteratorException"}
_TRIMMED = {"TrimmedDataAccessException"}


class ConditionFailed(PackProdError):
    """Somebody else wrote first: read again and decide again."""

    code = "condition_failed"


class TransactionCancelled(ConditionFailed):
    """A transaction wrote nothing: somebody else wrote, or writes, what it names."""


class RequestRefused(PackProdError):
    """The engine refuses what was asked: an item over 400 KB, a key too long, a malformed request."""

    code = "request_refused"


class TableMissing(EngineUnavailable):
    """A table or index that `manage.py provision_tables` has not made yet."""

    code = "table_missing"


class IteratorExpired(PackProdError):
    """A shard iterator older than 15 minutes: ask for a new one."""

    code = "iterator_expired"


class RecordsTrimmed(PackProdError):
    """The stream dropped records (24 h) before they were read: the read models need a rebuild."""

    code = "records_trimmed"


def _translate(exc: Exception, code: str | None, message: str | None) -> PackProdError:
    text = message or str(exc)
    if code in _CANCELLED and not _THROTTLED & _reasons(exc):
        return TransactionCancelled(text)
    if code in _CONDITION:
        return ConditionFailed(text)
    if code == "ResourceNotFoundException":
        return TableMissing("A table is missing: run `manage.py provision_tables`.")
    if code in _EXPIRED:
        return IteratorExpired(text)
    if code in _TRIMMED:
        return RecordsTrimmed(text)
    if code == "ValidationException":
        return RequestRefused(text)
    return EngineUnavailable("The database engine cannot be reached or is overloaded; try again shortly.")


def _reasons(exc: Exception) -> set[str]:
    """Why a transaction was cancelled, a code for each operation that was refused."""
    source = exc if isinstance(exc, ClientError) else getattr(exc, "cause", exc)
    raw = (getattr(source, "response", None) or {}).get("CancellationReasons", [])
    return {str(reason.get("Code")) for reason in raw}


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raises the domain's error `from` the engine's, for everything done inside."""
    try:
        yield
    except ClientError as exc:
        error = exc.response.get("Error", {})
        raise _translate(exc, error.get("Code"), error.get("Message")) from exc
    except BotoCoreError as exc:
        raise _translate(exc, None, None) from exc
    except PynamoDBException as exc:
        error = (getattr(exc.cause, "response", None) or {}).get("Error", {})  # a timeout's response is None
        raise _translate(exc, error.get("Code"), error.get("Message")) from exc
