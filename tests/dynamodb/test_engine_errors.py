"""What the engine's errors mean for us; those that DynamoDB Local never says are made by hand."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from pynamodb.exceptions import PutError, TransactWriteError

from packprod.dynamodb.engine_errors import TransactionCancelled, engine_errors
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
@pytest.mark.parametrize("through_pynamodb", [True, False])
def test_a_throttled_transaction_is_no_lost_race(
    codes: tuple[str, ...], meaning: type[PackProdError], through_pynamodb: bool
) -> None:
    error = cancelled(*codes)
    with pytest.raises(PackProdError) as caught, engine_errors():
        raise TransactWriteError("Failed to write", error) if through_pynamodb else error
    assert type(caught.value) is meaning


@pytest.mark.parametrize("through_pynamodb", [True, False])
def test_an_engine_that_takes_too_long_is_unavailable(through_pynamodb: bool) -> None:
    """Such an error has an attribute `response` that is None; PynamoDB's own reading of it would fail."""
    error = ReadTimeoutError(endpoint_url="http://127.0.0.1:1")
    with pytest.raises(EngineUnavailable), engine_errors():
        raise PutError("Failed to put item", error) if through_pynamodb else error
