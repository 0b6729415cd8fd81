"""Real Chromium against the real site: `live_server` (pytest-django) in this process, over the embedded engine.

`page` is signed in as somebody who may do everything; `page_of(user)` is another person's. Each page is a window of its
own. What the browser's console complains about fails the test: a refused script is silent everywhere else.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
NARROW = {"width": 400, "height": 800}
WIDE = {"width": 1440, "height": 900}
PageOf = Callable[..., Page]

# Playwright's loop runs in this thread, beside Django's synchronous code; nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _site(client_id: str, settings: Any) -> None:
    """A client of its own in the tables; cheap passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def page_of(live_server: Any, browser: Browser) -> Iterator[PageOf]:
    """`page_of(user, viewport=NARROW, color_scheme="dark")`: a window of that person's, at `live_server.url`."""
    contexts, complaints = [], []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.text:
            complaints.append(message.text)

    def open_window(user: User, *, viewport: Any = WIDE, color_scheme: Any = "light") -> Page:
        context = browser.new_context(base_url=live_server.url, viewport=viewport, color_scheme=color_scheme)
        contexts.append(context)
        context.add_cookies([{"name": "sessionid", "value": _session_of(user), "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", hear)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return str(client.cookies[django_settings.SESSION_COOKIE_NAME].value)


@pytest.fixture
def boss(live_server: Any) -> User:
    """May do everything."""
    return User.objects.create_superuser("boss", password="x")


@pytest.fixture
def page(page_of: PageOf, boss: User) -> Page:
    """A wide window of somebody who may do everything."""
    return page_of(boss)
