"""Rate limits: generous, per token, person or address, counted in each web process by the minute.

Counted in the process on purpose: no store can be away, and the limit only has to stop a client gone wild.
PACKPROD_THROTTLE=off lifts them.
"""

import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import caches
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from packprod.api.models import ApiToken

if TYPE_CHECKING:  # DRF loads this module while it loads its own views
    from rest_framework.views import APIView

WINDOW_SECONDS = 60


class MinuteThrottle(BaseThrottle):
    """Counts requests of one client in the present minute."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        if not settings.PACKPROD_THROTTLE:
            return True
        kind, client = self.client_of(request)
        return self.count(f"{kind}:{client}") <= settings.PACKPROD_REQUESTS_PER_MINUTE[kind]

    def client_of(self, request: Request) -> tuple[str, str]:
        """Which limit applies and whose count goes up."""
        if not request.user or not request.user.is_authenticated:
            return "anonymous", self.get_ident(request) or "unknown"
        kind = "read" if request.method in SAFE_METHODS else "write"
        if isinstance(request.auth, ApiToken):
            return kind, f"token-{request.auth.pk}"
        return kind, f"user-{request.user.pk}"

    def count(self, name: str) -> int:
        """This request's number in the present minute."""
        counts = caches["throttle"]
        window = int(time.time() // WINDOW_SECONDS)
        key = f"{name}:{window}"
        counts.add(key, 0, timeout=2 * WINDOW_SECONDS)
        try:
            return counts.incr(key)
        except ValueError:  # thrown out between the two lines: the cache was full
            return 1

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW_SECONDS - time.time() % WINDOW_SECONDS + 1


class RefusedThrottle(MinuteThrottle):
    """For requests that no token or session let in; DRF's own order counts only those that were."""

    def client_of(self, request: Request) -> tuple[str, str]:
        return "anonymous", self.get_ident(request) or "unknown"
