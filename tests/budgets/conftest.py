"""Fixtures of the budgets: a shop of 5,000 orders, loaded once.

Files run in the order of their names: what only reads comes first, what sends many orders last."""

import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import coverage
import httpx
import pytest
from django.conf import settings as the_settings
from django.test import Client, override_settings
from pytest_django import Settings

from bench.loading import load
from bench.shop_data import Shop
from packprod.api.tokens import token_create
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.stream.catching_up import catch_up
from packprod.wsgi import application

ORDERS = 5_000
TODAY = date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 2, tzinfo=UTC)
CLIENT = "budgets"
_numbers = itertools.count()
SCOPES = ("orders:import", "api:read", "orders:write")
logging.getLogger("httpx").setLevel(logging.WARNING)


class _Present(datetime):
    """A clock that starts at NOW, so that no count depends on the day on which the tests run. It goes on by a second
    each time it is read, so that orders come one after another."""

    readings = itertools.count()

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return (NOW + timedelta(seconds=next(cls.readings))).astimezone(tz)


@pytest.fixture(autouse=True)
def same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instants, references and e-mails are the same in each run, and what a process asks every half second it asks
    once."""
    monkeypatch.setattr("packprod.dates.datetime", _Present)
    monkeypatch.setattr("bench.comparing.cases.unique", lambda prefix: f"{prefix}{next(_numbers)}")
    monkeypatch.setattr("orders.contact_aliases.FRESH_SECONDS", 3600)
    monkeypatch.setattr("orders.lists.listing.KNOWN_SECONDS", 3600)


@contextmanager
def without_coverage() -> Iterator[None]:
    """Coverage would slow loading down, and what is timed even more: some lines cost more than others then."""
    measuring = coverage.Coverage.current()
    if measuring is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()


def open_shop() -> str:
    """The shop, as after a rebuild whose changes have been read from the stream; returns its client."""
    shop = Shop(orders=ORDERS, today=TODAY, client_id=CLIENT)
    with without_coverage(), override_settings(PACKPROD_CLIENT_ID=CLIENT):
        load(shop.orders(), shop.contacts(), url=str(the_settings.ENDPOINTS.dynamodb_url))
        rebuild(now=NOW)
        catch_up(clock=lambda: NOW)
    return CLIENT


@pytest.fixture
def shop(unthrottled: None, opened_once: Callable[..., str], settings: Settings) -> None:
    """The test runs as the client of the shop."""
    settings.PACKPROD_CLIENT_ID = opened_once(open_shop)


@pytest.fixture
def key(shop: None) -> str:
    """An API key with every scope."""
    return token_create(name="budgets", scopes=SCOPES, now=NOW)[1]


@pytest.fixture
def http(key: str, boss: Client) -> Iterator[httpx.Client]:
    """A program that has the key, and a superuser's browser in one; the whole application answers in this process."""
    transport = httpx.WSGITransport(app=application)
    headers = {"Authorization": f"Token {key}"}
    cookies = {name: one.value for name, one in boss.cookies.items()}
    with httpx.Client(transport=transport, base_url="http://127.0.0.1", headers=headers, cookies=cookies) as client:
        yield client
