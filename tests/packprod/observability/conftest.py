"""Requests go to the small site of the API's tests."""

from tests.packprod.api.conftest import _site, client

__all__ = ["_site", "client"]
