"""`manage.py consume_stream`: the stream consumer of `make run`; ends on SIGTERM or Ctrl-C."""

import os
import signal
import socket
import threading
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from kombu.exceptions import OperationalError

from packprod.dates import utc_now
from packprod.errors import EngineUnavailable
from packprod.observability.processes import process_note
from packprod.readmodels.stream.consumer import Consumer
from packprod.readmodels.tasks import wake_workers

OUTAGE_SECONDS = 1.0
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Runs until it is stopped. It waits while the engine or Redis is away."""

    help = "Read the stream of packprod-weborders and keep every read model up to date, until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        """Reads the stream, pausing for the poll interval whenever there was nothing to read."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        owner = f"{socket.gethostname()}:{os.getpid()}"
        consumer = Consumer(owner=owner, clock=utc_now, send=_wake_workers)
        log.info("stream consumer started")
        while not stop.is_set():
            process_note("consumer", now=utc_now())
            stop.wait(_rest_after_step(consumer))
        consumer.close()
        log.info("stream consumer stopped")


def _rest_after_step(consumer: Consumer) -> float:
    """Does one step; returns the seconds to rest before the next."""
    try:
        return 0 if consumer.step() else settings.PACKPROD_STREAM_POLL_MS / 1000
    except EngineUnavailable as exc:
        log.warning("engine unavailable; trying again", reason=exc.code)
        return OUTAGE_SECONDS


def _wake_workers(buckets: list[str]) -> None:
    """Sends a wake-up. If Redis is away that is only logged: the buckets are marked, so the sweep will find them."""
    try:
        wake_workers(buckets, retry=False)
    except OperationalError:
        log.warning("wake-up lost: Redis is away", count=len(buckets))
