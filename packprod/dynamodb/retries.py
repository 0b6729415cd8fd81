"""Which failed calls are sent again, and when: botocore's `standard` mode, as documented for all AWS SDKs.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html; the codes, scales and costs are
those of botocore 1.44 (botocore/retries/standard.py) for DynamoDB and its streams.
"""

import random
import threading

from packprod.dynamodb.errors import EngineFailure, ErrorResponse, NoResponse

TOTAL_ATTEMPTS = 2
_TRANSIENT_STATUSES = {500, 502, 503, 504}
_TRANSIENT_CODES = {
    "RequestTimeout",
    "RequestTimeoutException",
    "ReplicatedWriteConflictException",
}
_THROTTLING_CODES = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
}
_TOO_MANY_REQUESTS = 429
_THROTTLED_SECONDS, _TRANSIENT_SECONDS, _LONGEST_SECONDS = 1.0, 0.025, 20.0
_MOST_SECONDS_ASKED = 5.0
_THROTTLED_COST, _TRANSIENT_COST = 5, 14
_QUOTA = 500


class RetryQuota:
    """How much may still be sent again: a process that fails all the time soon stops making it worse. Thread-safe.

    A repeated call costs some of the quota and gives it back if it succeeds; any other success gives back 1.
    """

    def __init__(self) -> None:
        self._left = _QUOTA
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        """Takes the cost of sending a call again; False if there is not so much left."""
        with self._lock:
            if self._left < cost:
                return False
            self._left -= cost
            return True

    def give_back(self, cost: int) -> None:
        """Notes a success whose repetitions have cost so much."""
        if self._left < _QUOTA:
            with self._lock:
                self._left = min(_QUOTA, self._left + (cost or 1))


def retry_cost(failure: EngineFailure) -> int:
    """What it costs to send the call again; 0 if that would be of no use."""
    if _is_throttled(failure):
        return _THROTTLED_COST
    return _TRANSIENT_COST if _is_transient(failure) else 0


def pause_seconds(failure: EngineFailure, *, attempt: int) -> float:
    """How long to wait after attempt 1, 2, …: a random part of what doubles each time, or what the engine wishes."""
    scale = _THROTTLED_SECONDS if _is_throttled(failure) else _TRANSIENT_SECONDS
    pause: float = random.random() * min(scale * 2 ** (attempt - 1), _LONGEST_SECONDS)  # noqa: S311 - nothing secret
    return max(pause, min(_engine_wishes(failure), pause + _MOST_SECONDS_ASKED))


def _is_throttled(failure: EngineFailure) -> bool:
    return isinstance(failure, ErrorResponse) and (
        failure.code in _THROTTLING_CODES or failure.status == _TOO_MANY_REQUESTS
    )


def _is_transient(failure: EngineFailure) -> bool:
    if isinstance(failure, ErrorResponse):
        return failure.status in _TRANSIENT_STATUSES or failure.code in _TRANSIENT_CODES
    return isinstance(failure, NoResponse)


def _engine_wishes(failure: EngineFailure) -> float:
    wish = failure.headers.get(b"x-amz-retry-after", b"") if isinstance(failure, ErrorResponse) else b""
    return int(wish) / 1000 if wish.isdigit() else 0.0
