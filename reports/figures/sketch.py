"""A mergeable sketch of order values: percentiles within 0.4 % of the true one, from a few hundred counters."""

import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

ACCURACY = 0.004
_GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
_LOG_GAMMA = math.log(_GAMMA)
_CENTS = 100


def sketch_key(value: Decimal) -> int:
    """The bucket of a value in the business currency; 0 holds nothing but zero, negative keys hold credits."""
    cents = abs(float(value)) * _CENTS
    if cents < 1:
        return 0
    index = math.ceil(math.log(cents) / _LOG_GAMMA) + 1
    return index if value > 0 else -index


def sketch_value(key: int) -> Decimal:
    """The value that stands for a bucket, rounded to the cent; within ACCURACY of every value in it."""
    if key == 0:
        return Decimal("0.00")
    middle = 2 * _GAMMA ** (abs(key) - 1) / (_GAMMA + 1) / _CENTS
    return round(Decimal(math.copysign(middle, key)), 2)


def percentile(sketch: Mapping[int, int], percent: int) -> Decimal | None:
    """The nearest-rank percentile; None for an empty sketch."""
    count = sum(sketch.values())
    rank = max(1, math.ceil(count * percent / 100))
    for key, weight in sorted(Counter(sketch).items()):
        rank -= weight
        if rank <= 0:
            return sketch_value(key)
    return None
