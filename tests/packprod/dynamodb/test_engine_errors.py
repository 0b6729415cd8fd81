"""What the engine's errors mean for us; those that DynamoDB Local never says are made by hand."""

import pytest

from packprod.dynamodb.errors import NoResponse, TransactionCancelled, domain_error
from packprod.errors import EngineUnavailable, PackProdError
from tests.engine_answers import refusal


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
    assert type(domain_error(refusal("TransactionCanceledException", "…", reasons=codes))) is meaning


def test_an_engine_that_takes_too_long_is_unavailable() -> None:
    assert type(domain_error(NoResponse("timed out"))) is EngineUnavailable
