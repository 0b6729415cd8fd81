"""Rate limits per token, person or address: requests per minute, counted in each web process.

They only have to stop a client that has gone wild, so they are generous, and they are counted in the process because
then no store can be unreachable. PACKPROD_THROTTLE=off lifts them.
"""

import time
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from packprod.api.models import ApiToken

if TYPE_CHECKING:  # DRF loads this module while it loads its own views
    from rest_framework.views import APIView

WINDOW_SECONDS = 60
MOST_CLIENTS = 20_000


class MinuteCounts:
    """How often each name was counted in the current minute."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window = 0
        self._counts: dict[str, int] = {}

    def count(self, name: str) -> int:
        """Counts once; returns how often that was in this minute.

        Names beyond MOST_CLIENTS share one count, so that addresses without end cannot fill the memory.
        """
        window = int(time.time() // WINDOW_SECONDS)
        with self._lock:
            if window != self._window:
                self._window, self._counts = window, {}
            known = name in self._counts or len(self._counts) < MOST_CLIENTS
            name = name if known else ""
            number = self._counts[name] = self._counts.get(name, 0) + 1
        return number

    def clear(self) -> None:
        """Forgets what was counted."""
        with self._lock:
            self._counts = {}


COUNTS = MinuteCounts()


class MinuteThrottle(BaseThrottle):
    """Limits the requests of one client in the current minute."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not settings.PACKPROD_THROTTLE:
            return True
        kind, client = self.client_of(request)
        return COUNTS.count(f"{kind}:{client}") <= settings.PACKPROD_REQUESTS_PER_MINUTE[kind]

    def client_of(self, request: Request) -> tuple[str, str]:
        """Which limit applies (`anonymous`, `read` or `write`), and the client whose requests are counted."""
        if not request.user or not request.user.is_authenticated:
            return "anonymous", self.get_ident(request) or "unknown"
        kind = "read" if request.method in SAFE_METHODS else "write"
        if isinstance(request.auth, ApiToken):
            return kind, f"token-{request.auth.pk}"
        return kind, f"user-{request.user.pk}"

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW_SECONDS - time.time() % WINDOW_SECONDS + 1


class RefusedThrottle(MinuteThrottle):
    """Limits requests that were refused for lack of a token or session, by address.

    DRF checks its throttles after authentication, so they never see those requests.
    """

    def client_of(self, request: Request) -> tuple[str, str]:
        return "anonymous", self.get_ident(request) or "unknown"
