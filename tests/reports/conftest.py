"""Two shops after many edits, in two zones with daylight saving, for all tests that only read them."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.reports.edited_shop import EditedShop, open_shop


def _open_shared_shop(zone: str) -> EditedShop:
    client_id = f"edited-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id, PACKPROD_TIME_ZONE=zone):
        return open_shop(client_id, zone)


@pytest.fixture(params=["Australia/Sydney", "America/New_York"])
def edited(
    request: pytest.FixtureRequest, client_id: str, opened_once: Callable[..., Any], settings: Settings
) -> EditedShop:
    """The shop of a zone; the test runs as its client and in its zone, and must write nothing."""
    shop: EditedShop = opened_once(_open_shared_shop, request.param)
    settings.PACKPROD_CLIENT_ID, settings.PACKPROD_TIME_ZONE = shop.client_id, shop.zone
    return shop
