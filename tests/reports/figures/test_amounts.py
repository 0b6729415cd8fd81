"""Amounts as arrays equal Decimal, to the last digit and to the last zero that is shown."""

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from packprod.money import change, money, percentage
from reports.figures.amounts import added_by, amounts_of, changes_from, joined, percentages

SMALL = st.decimals(min_value=-(10**6), max_value=10**6, places=2)
ANY = st.one_of(
    SMALL,
    st.decimals(min_value=0, max_value=10**5, places=3),
    st.integers(-(10**22), 10**22).map(Decimal),
    st.sampled_from([Decimal("1E+2"), Decimal("1E-7"), Decimal("0.0385"), Decimal("-0.5"), Decimal(2) ** 63]),
)
NUMBERS = st.integers(-(10**9), 10**9) | st.integers(-(10**25), 10**25)


@given(st.lists(ANY, max_size=20))
def test_what_is_written_is_read(amounts: list[Decimal]) -> None:
    found = amounts_of(list(map(str, amounts)))
    assert [format(one, "f") for one in found.as_decimals()] == [format(one, "f") for one in amounts]
    assert [found.decimal(at) for at in range(len(amounts))] == amounts
    with localcontext(prec=60):  # the usual 28 digits would round 10^22 + 10^-7
        assert found.total() == sum(amounts, Decimal(0))
    assert found.cents().tolist() == [int(money(one).scaleb(2)) for one in amounts]


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), ANY), max_size=8), max_size=5))
def test_sums_equal_those_of_decimals(parts: list[list[tuple[int, Decimal]]]) -> None:
    """In value, and in how many decimals they are shown with."""
    expected = [Decimal(0)] * 5
    for key, amount in (pair for part in parts for pair in part):
        expected[key] += amount
    keys = np.array([key for part in parts for key, _ in part], np.int64)
    found = added_by(keys, joined([amounts_of([str(amount) for _, amount in part]) for part in parts]), 5)
    assert [format(one, "f") for one in found.as_decimals()] == [format(one, "f") for one in expected]


def test_a_sum_that_no_int64_holds_is_exact() -> None:
    one = amounts_of(["9000000000000000.25"] * 3)
    found = added_by(np.zeros(6, np.int64), joined([one, one]), 1)
    assert one.numbers.dtype == np.int64
    assert str(found.decimal(0)) == "54000000000000001.50"


@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=10))
def test_percentages_equal_those_of_money(pairs: list[tuple[int, int]]) -> None:
    parts, wholes = (_numbers([pair[side] for pair in pairs]) for side in (0, 1))
    assert list(map(str, percentages(parts, wholes))) == [str(percentage(part, whole)) for part, whole in pairs]
    assert list(map(str, changes_from(wholes, parts))) == [str(change(now, before)) for now, before in pairs]


def _numbers(numbers: list[int]) -> NDArray[Any]:
    """As figures keep them: never the floats that numpy takes where some fit an int64 and some only a uint64."""
    fits = all(abs(number) < 2**63 for number in numbers)
    return np.array(numbers, np.int64 if fits else object)
