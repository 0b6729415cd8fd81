"""Edits of every kind, pushed through the stream in shuffled and duplicated order: the figures equal SQL over what
was sent, and a rebuild, of what is there or from nothing, gives the same bytes.

`make test ARGS="-m thorough"` does a thousand.
"""

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from bench.exactness.comparing import differences
from bench.exactness.facts import Facts
from bench.order_rows import as_json, last_versions
from packprod.dates import business_date
from packprod.dynamodb import leases
from packprod.dynamodb.provisioning import stream_arn
from packprod.dynamodb.streams import Record, list_shards, open_shard, read_batch
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import source
from packprod.readmodels.stream.consumer import Consumer
from tests.packprod.readmodels.conftest import summarise_dirty
from tests.packprod.readmodels.stored import said, wipe
from tests.reports.shop import Shop

RANGES = 25


def new_records() -> list[Record]:
    """What the stream holds behind the client's checkpoints."""
    arn, found = stream_arn(source().table), []
    known = leases.read_leases(arn)
    for shard in list_shards(arn):
        iterator: str | None = open_shard(arn, shard.shard_id, after=known[shard.shard_id].checkpoint)
        while iterator and (batch := read_batch(iterator, limit=1000)).records:
            found += batch.records
            iterator = batch.next_iterator
    return found


def push(records: list[Record], chance: random.Random, now: datetime) -> None:
    """Hands them over as a consumer would that got them in the worst order, a third of them twice, each second some."""
    shuffled = records + chance.sample(records, len(records) // 3)
    chance.shuffle(shuffled)
    waiting, clock = iter(shuffled), now
    consumer = Consumer(owner="test", clock=lambda: clock, send=lambda ids: None)
    while batch := list(islice(waiting, chance.randint(1, 60))):
        clock += timedelta(seconds=1)
        consumer._hand_over(batch)
        if chance.random() < 0.3:
            summarise_dirty(clock)
    summarise_dirty(clock)


@pytest.mark.parametrize("edits", [60, pytest.param(1_000, marks=pytest.mark.thorough)])
def test_edits_through_the_stream(
    edits: int, client_id: str, imported: Any, caught_up: Callable[..., None], now: datetime
) -> None:
    chance = random.Random(edits)
    shop = Shop(imported, caught_up, now)
    for _ in range(edits):
        shop.edit(chance)
    push(new_records(), chance, now)

    lines = [json.dumps(as_json(row)) for row in last_versions(shop.payloads.values(), client_id=client_id)]
    facts = Facts(lines, zone="Australia/Sydney")
    assert list(differences(facts, ranges=RANGES, seed=1, now=now, today=business_date(now))) == []
    assert verify(settle=0) == []
    before = said(client_id)
    assert rebuild(now=now) == 0
    assert said(client_id) == before
    wipe(client_id)
    assert rebuild(now=now) > 0
    assert said(client_id) == before
