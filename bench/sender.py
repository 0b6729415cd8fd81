"""A client that, like n8n, repeats a request after a lost connection, a timeout or a 5xx until it is acknowledged."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from bench.payloads import decoded, post

RETRY_SECONDS = 1.0
GIVE_UP_SECONDS = 120.0


@dataclass
class Sender:
    """Posts orders from several threads; records what was acknowledged and refused, and how often it had to repeat."""

    http: httpx.Client
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)  # orderReference -> `data` of the answer
    refused: list[str] = field(default_factory=list)
    retries: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send_all(self, orders: Sequence[dict[str, Any]], *, threads: int = 8) -> None:
        """Sends each order until it is acknowledged or refused; returns when all are."""
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self._send, orders))

    def _send(self, order: dict[str, Any]) -> None:
        reference, deadline = order["orderReference"], time.monotonic() + GIVE_UP_SECONDS
        while time.monotonic() < deadline:
            answer = self._try(order)
            if answer is None or answer.status_code >= 500:
                self._count_retry()
                time.sleep(RETRY_SECONDS)
            else:
                return self._settle(reference, answer)
        return self.refused.append(f"{reference}: not acknowledged within {GIVE_UP_SECONDS:.0f} s")

    def _try(self, order: dict[str, Any]) -> httpx.Response | None:
        try:
            return post(self.http, order, timeout=15)
        except httpx.TransportError:
            return None

    def _count_retry(self) -> None:
        with self._lock:
            self.retries += 1

    def _settle(self, reference: str, answer: httpx.Response) -> None:
        if answer.status_code in (200, 201):
            self.acknowledged[reference] = decoded(answer)["data"]
        else:
            self.refused.append(f"{reference}: {answer.status_code} {answer.text[:200]}")
