"""Calendar months, counted back."""

import pytest

from packprod.months import Months, last_months


@pytest.mark.parametrize(("count", "first"), [(1, "2025-02"), (2, "2025-01"), (3, "2024-12"), (15, "2023-12")])
def test_months_count_back_over_years(count: int, first: str) -> None:
    assert last_months(count, until="2025-02") == Months(first, "2025-02")
    assert len(list(last_months(count, until="2025-02"))) == count
