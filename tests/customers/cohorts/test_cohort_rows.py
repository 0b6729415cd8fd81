"""How large the row of a cohort can become."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from customers.cohorts.read_model import Cell, Cohort
from packprod.months import last_months
from packprod.readmodels.columns import packed


@pytest.mark.parametrize("zone", ["Australia/Sydney", "America/New_York"])
def test_a_cohort_of_ten_years_is_small(zone: str, settings: Settings) -> None:
    """However many customers: a cell has a few figures."""
    settings.PACKPROD_TIME_ZONE = zone
    months = last_months(120, until="2025-10")
    cells = {
        month: Cell(10**6 - n, 10**7 - 7 * n, Decimal(10**11 - 12_345 * n) / 100) for n, month in enumerate(months)
    }
    cohort = Cohort(10**7, cells)
    rows = [[month, one.customers, one.orders, str(one.revenue)] for month, one in cohort.months.items()]
    assert len(packed(rows)) < 10_000
