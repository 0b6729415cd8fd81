"""Leases: one reader per shard, and children after parents."""

import uuid

import pytest

from packprod.dynamodb import leases
from packprod.dynamodb.errors import ConditionFailed
from packprod.dynamodb.leases import LEASE_MILLISECONDS, LeaseView, readable
from packprod.dynamodb.streams import Shard

NOW = 1_000_000


@pytest.fixture
def stream(engine: None) -> str:
    """A stream nobody else reads; leases do not ask whether it exists."""
    return f"arn:test/{uuid.uuid4()}"


def take(stream: str, owner: str, now_ms: int) -> bool:
    return leases.take_or_renew(stream, "shard", owner=owner, now_ms=now_ms)


def checkpoint(stream: str, owner: str, sequence_number: str | None, *, finished: bool = False) -> None:
    leases.checkpoint(stream, "shard", owner=owner, now_ms=NOW, sequence_number=sequence_number, finished=finished)


def test_a_lease_is_held_until_it_expires(stream: str) -> None:
    assert take(stream, "first", NOW)
    assert not take(stream, "second", NOW + LEASE_MILLISECONDS)
    assert take(stream, "second", NOW + LEASE_MILLISECONDS + 1)
    assert not take(stream, "first", NOW + LEASE_MILLISECONDS + 2)


def test_renewing_prolongs(stream: str) -> None:
    assert take(stream, "first", NOW)
    assert take(stream, "first", NOW + LEASE_MILLISECONDS)
    assert not take(stream, "second", NOW + LEASE_MILLISECONDS + 1)


def test_a_released_lease_is_free_at_once_and_keeps_the_checkpoint(stream: str) -> None:
    take(stream, "first", NOW)
    checkpoint(stream, "first", "41")
    leases.release(stream, "shard", owner="first")
    assert take(stream, "second", NOW)
    assert leases.read_leases(stream) == {"shard": LeaseView(checkpoint="41", finished=False, trimmed=False)}


def test_releasing_what_another_holds_does_nothing(stream: str) -> None:
    take(stream, "first", NOW)
    leases.release(stream, "shard", owner="second")
    assert not take(stream, "second", NOW)


def test_whoever_lost_the_lease_cannot_move_the_checkpoint(stream: str) -> None:
    take(stream, "first", NOW)
    take(stream, "second", NOW + LEASE_MILLISECONDS + 1)
    checkpoint(stream, "second", "42")
    with pytest.raises(ConditionFailed):
        checkpoint(stream, "first", "41")
    assert leases.read_leases(stream)["shard"].checkpoint == "42"


def test_the_end_of_a_shard_is_noted_without_a_new_record(stream: str) -> None:
    take(stream, "first", NOW)
    checkpoint(stream, "first", "41")
    checkpoint(stream, "first", None, finished=True)
    assert leases.read_leases(stream)["shard"] == LeaseView(checkpoint="41", finished=True, trimmed=False)


def test_a_trimmed_shard_starts_over_and_asks_for_a_rebuild(stream: str) -> None:
    take(stream, "first", NOW)
    checkpoint(stream, "first", "41")
    leases.mark_trimmed(stream, "shard")
    assert leases.read_leases(stream)["shard"] == LeaseView(checkpoint=None, finished=False, trimmed=True)
    leases.clear_trimmed(stream, "shard")
    assert not leases.read_leases(stream)["shard"].trimmed


def lease(*, finished: bool) -> LeaseView:
    return LeaseView(checkpoint="1", finished=finished, trimmed=False)


LINEAGE = [Shard("root", None), Shard("left", "root"), Shard("right", "root"), Shard("leaf", "left")]


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((), ["root"]),
        (("root",), ["left", "right"]),
        (("root", "left"), ["right", "leaf"]),
        (("root", "right"), ["left"]),
        (("root", "left", "right", "leaf"), []),
        (("left",), ["root", "leaf"]),
    ],
)
def test_parents_are_read_before_children(done: tuple[str, ...], expected: list[str]) -> None:
    held = {shard.shard_id: lease(finished=shard.shard_id in done) for shard in LINEAGE}
    assert [shard.shard_id for shard in readable(LINEAGE, held)] == expected


def test_a_shard_without_a_lease_is_unread_and_one_whose_parent_is_gone_is_ready() -> None:
    assert readable([Shard("child", "long gone")], {}) == [Shard("child", "long gone")]
    assert readable([], {"old": lease(finished=True)}) == []
