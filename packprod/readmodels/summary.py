"""From a bucket's slim rows to its summary rows: the second use of the one mechanism."""

import random
import time
from datetime import datetime

from packprod.dynamodb.engine_errors import TransactionCancelled, engine_errors
from packprod.dynamodb.reads import Partition, query_all
from packprod.readmodels.derivation import Plan, commit, mark_actions, read_states
from packprod.readmodels.registry import split_bucket
from packprod.readmodels.tables import Derivation, Projection

MAX_ATTEMPTS = 8
_CLEARING_ATTEMPTS = 4


def mark(bucket: str, *, now: datetime) -> None:
    """Marks a bucket dirty, durably: a sweep will find it if the wake-up is lost."""
    with engine_errors():
        Derivation(bucket).update(actions=mark_actions(now))


def read_rows(bucket: str) -> list[dict[str, object]]:
    """The `data` of every slim row in the bucket, strongly consistent, in row_id order."""
    partition = Partition(Projection, hash=("bucket", bucket))
    return [item["data"] for item in query_all(partition, consistent=True)]


def summarise(bucket: str, *, now: datetime, force: bool = False) -> bool:
    """Derives the bucket's summary rows afresh; True when something was written that says something new.

    Clears the bucket's dirt if no mark came meanwhile. Under a hail of marks it publishes after a few attempts
    without clearing, so that a busy bucket is never starved. Raises TransactionCancelled after MAX_ATTEMPTS.
    """
    model_and_key = split_bucket(bucket)
    if model_and_key is None or model_and_key[0].summarise is None:
        return False
    model, key = model_and_key
    for attempt in range(1, MAX_ATTEMPTS + 1):
        state = read_states([bucket])[bucket]
        rows = model.summarise(key, read_rows(bucket), now)
        plan = Plan(state, rows, clears_dirt=attempt <= _CLEARING_ATTEMPTS, force=force)
        try:
            commit([plan], now=now)
        except TransactionCancelled:
            if attempt == MAX_ATTEMPTS:
                raise
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, not a secret
        else:
            return bool(plan.changed or plan.stale)
    return False
