"""Shops that the tests of several reports read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.reports import compared_shop
from tests.reports.pages.report_shop import open_shop


@pytest.fixture
def report_shop(
    imported: Callable[..., Any], caught_up: Callable[..., None], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop of the report pages, looked at on a day soon after its last orders."""
    for module in ("reports.pages.page", "packprod.admin.model_admin"):
        monkeypatch.setattr(f"{module}.utc_now", lambda: now)
    open_shop(imported, caught_up)


@pytest.fixture
def shop_to_compare(
    imported: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[[], None]
) -> None:
    """The orders of `tests.reports.compared_shop`."""
    imported(*compared_shop.orders(make_order))
    caught_up()
