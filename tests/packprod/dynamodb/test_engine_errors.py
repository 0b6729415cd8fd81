"""What the engine's errors mean for us; those that DynamoDB Local never says are made by hand."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from packprod.dynamodb.errors import TransactionCancelled, engine_errors
from packprod.errors import EngineUnavailable, PackProdError


def cancelled(*codes: str) -> ClientError:
    reasons = [{"Code": code} for code in codes]
    answer = {"Error": {"Code": "TransactionCanceledException", "Message": "…"}, "CancellationReasons": reasons}
    return ClientError(answer, "TransactWriteItems")


@pytest.mark.parametrize(
    ("codes", "meaning"),
    [
        (("None", "ConditionalCheckFailed"), TransactionCancelled),
        (("TransactionConflict", "None"), TransactionCancelled),
        (("None", "ThrottlingError"), EngineUnavailable),
        (("ProvisionedThroughputExceeded", "ConditionalCheckFailed"), EngineUnavailable),
    ],
)
def test_a_throttled_transaction_is_no_lost_race(codes: tuple[str, ...], meaning: type[PackProdError]) -> None:
    with pytest.raises(PackProdError) as caught, engine_errors():
        raise cancelled(*codes)
    assert type(caught.value) is meaning


def test_an_engine_that_takes_too_long_is_unavailable() -> None:
    with pytest.raises(EngineUnavailable), engine_errors():
        raise ReadTimeoutError(endpoint_url="http://127.0.0.1:1")
