"""Two shops after many edits, in two zones with daylight saving, for all tests that only read them."""

import uuid

import pytest
from django.test import override_settings
from pytest_django import Settings

from tests.reports.edited_shop import EditedShop, open_shop


@pytest.fixture(scope="package", params=["Australia/Sydney", "America/New_York"])
def opened_shop(request: pytest.FixtureRequest, engine: None) -> EditedShop:
    """A shop of the zone."""
    client_id = f"edited-{uuid.uuid4().hex[:12]}"
    with override_settings(PACKPROD_CLIENT_ID=client_id, PACKPROD_TIME_ZONE=request.param):
        return open_shop(client_id, request.param)


@pytest.fixture
def edited(opened_shop: EditedShop, settings: Settings) -> EditedShop:
    """The shop; the test runs as its client and in its zone, and must write nothing."""
    settings.PACKPROD_CLIENT_ID, settings.PACKPROD_TIME_ZONE = opened_shop.client_id, opened_shop.zone
    return opened_shop
