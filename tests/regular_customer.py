"""A customer with a rhythm, as of the real present."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from packprod.dates import utc_now


@pytest.fixture
def regular(
    post: Callable[..., Any], make_order: Callable[..., Any], caught_up: Callable[[], None], settings: Settings
) -> str:
    """A customer who ordered BOX/A4 with TAPE each week, last 12 days ago; the contactID."""
    settings.PACKPROD_TIME_ZONE = "UTC"  # the present is the real one, and must not meet a change of clocks
    items = [
        {"productCode": code, "description": f"A {code}", "quantity": 2, "unitPrice": "1.25"}
        for code in ("BOX/A4", "TAPE")
    ]
    days = (26, 19, 12)
    orders = [
        make_order(f"R-{day}", createdAt=(utc_now() - timedelta(days=day)).isoformat(), items=items) for day in days
    ]
    contact_id = post(orders).json()["data"][0]["contactID"]
    caught_up()
    return str(contact_id)
