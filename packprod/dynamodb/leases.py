"""Leases: which process reads which shard of the stream, and up to where.

There is one row per client and shard; it is taken and advanced by conditional writes. Two clients may share the tables;
then each reads the whole stream for itself.
"""

from dataclasses import dataclass, field

from django.conf import settings
from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from packprod.dynamodb.errors import ConditionFailed
from packprod.dynamodb.reads import get, scan_all
from packprod.dynamodb.streams import Shard
from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, Table, prefixed
from packprod.dynamodb.writes import update, write

LEASE_MILLISECONDS = 5_000
CLOCK_TOLERANCE_MILLISECONDS = 30_000  # how far clocks may differ before anybody is told


class ShardLease(Table):
    """A lease as stored.

    `checkpoint` is the sequence number of the last record that was handed over; without it, reading starts at the
    oldest record that the stream keeps.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-stream-leases")

    lease_id = UnicodeAttribute(hash_key=True, attr_name="leaseID")
    owner = UnicodeAttribute(null=True)
    expires_at = IntegerAttribute(null=True, attr_name="expiresAt")
    checkpoint = UnicodeAttribute(null=True)
    finished = BooleanAttribute(null=True)
    trimmed = BooleanAttribute(null=True)


@dataclass(frozen=True, slots=True)
class LeaseView:
    """A lease as read. `expires_at` is in milliseconds since 1970, None if nobody holds the lease."""

    checkpoint: str | None
    finished: bool
    trimmed: bool
    expires_at: int | None = field(default=None, compare=False)

    def is_ahead(self, *, now_ms: int) -> bool:
        """Whether the lease expires later than any lease can: its owner's clock is ahead of ours."""
        return (self.expires_at or 0) > now_ms + LEASE_MILLISECONDS + CLOCK_TOLERANCE_MILLISECONDS


def lease_id(stream_arn: str, shard_id: str) -> str:
    """The key of this client's lease for a shard."""
    return f"{settings.PACKPROD_CLIENT_ID}#{stream_arn}/{shard_id}"


def read_leases(stream_arn: str) -> dict[str, LeaseView]:
    """This client's leases of the stream by shard id. The table is small: a row per shard of the last days."""
    prefix = lease_id(stream_arn, "")
    return {
        row["leaseID"].removeprefix(prefix): LeaseView(
            checkpoint=row.get("checkpoint"),
            finished=row.get("finished", False),
            trimmed=row.get("trimmed", False),
            expires_at=int(row["expiresAt"]) if "expiresAt" in row else None,
        )
        for row in scan_all(ShardLease)
        if row["leaseID"].startswith(prefix)
    }


Holding = tuple[str, int]
"""Who holds a lease, and until when as the owner's clock says, in milliseconds since 1970."""


def holding(stream_arn: str, shard_id: str) -> Holding | None:
    """Who holds a lease now; None if nobody does."""
    row = get(ShardLease, lease_id(stream_arn, shard_id)) or {}
    return (row["owner"], int(row["expiresAt"])) if "owner" in row and "expiresAt" in row else None


def take_or_renew(
    stream_arn: str,
    shard_id: str,
    *,
    owner: str,
    now_ms: int,
    abandoned: Holding | None = None,
    read_to: str | None = None,
) -> bool:
    """Takes or renews a lease for LEASE_MILLISECONDS; False if another owner holds it.

    `read_to` is the sequence number up to which the owner has read. It becomes the checkpoint if that is gone, as after
    the table was dropped: otherwise all that was read would count as unread until the next record comes.

    `abandoned` is what another owner has not renewed for longer than a lease lasts, by our own clock. Such a lease is
    free even if it expires in the future: its owner's clock was ahead.
    """
    lease = ShardLease(lease_id(stream_arn, shard_id))
    actions: list[Action] = [ShardLease.owner.set(owner), ShardLease.expires_at.set(now_ms + LEASE_MILLISECONDS)]
    if read_to is not None:
        actions.append(ShardLease.checkpoint.set(ShardLease.checkpoint | read_to))
    free = ShardLease.owner.does_not_exist() | (ShardLease.owner == owner) | (ShardLease.expires_at < now_ms)
    if abandoned is not None:
        free = free | ((ShardLease.owner == abandoned[0]) & (ShardLease.expires_at == abandoned[1]))
    try:
        write(update(lease, actions=actions, condition=free))
    except ConditionFailed:
        return False
    return True


def checkpoint(
    stream_arn: str,
    shard_id: str,
    *,
    owner: str,
    now_ms: int,
    sequence_number: str | None,
    finished: bool = False,
) -> None:
    """Advances the checkpoint and renews the lease in one write. Raises ConditionFailed if the lease has been lost."""
    actions: list[Action] = [ShardLease.expires_at.set(now_ms + LEASE_MILLISECONDS)]
    if sequence_number is not None:
        actions.append(ShardLease.checkpoint.set(sequence_number))
    if finished:
        actions.append(ShardLease.finished.set(True))
    held = ShardLease.owner == owner
    write(update(ShardLease(lease_id(stream_arn, shard_id)), actions=actions, condition=held))


def release(stream_arn: str, shard_id: str, *, owner: str) -> None:
    """Gives up a lease, so that another reader can take over at once."""
    lease = ShardLease(lease_id(stream_arn, shard_id))
    held = ShardLease.owner == owner
    try:
        write(update(lease, actions=[ShardLease.owner.remove(), ShardLease.expires_at.remove()], condition=held))
    except ConditionFailed:
        return


def follows_another_stream(stream_arn: str) -> bool:
    """Whether this client has leases of a former stream of the same table, and none of this one: the stream was
    switched off and on again, and what was written in between is in neither."""
    this, same_table = lease_id(stream_arn, ""), lease_id(stream_arn.rpartition("/")[0], "")
    ids = (row["leaseID"] for row in scan_all(ShardLease))
    known = {one.startswith(this) for one in ids if one.startswith(same_table)}
    return known == {False}


def mark_trimmed(stream_arn: str, shard_id: str, *, finished: bool = False) -> None:
    """Notes that records were dropped before they were read: a rebuild is due, and reading goes on at the oldest."""
    actions: list[Action] = [ShardLease.checkpoint.remove(), ShardLease.trimmed.set(True)]
    if finished:
        actions.append(ShardLease.finished.set(True))
    write(update(ShardLease(lease_id(stream_arn, shard_id)), actions=actions))


def clear_trimmed(stream_arn: str, shard_id: str) -> None:
    """Removes the note of `mark_trimmed`; call it after the rebuild."""
    write(update(ShardLease(lease_id(stream_arn, shard_id)), actions=[ShardLease.trimmed.remove()]))


def readable(shards: list[Shard], leases: dict[str, LeaseView]) -> list[Shard]:
    """The shards that can be read now: unfinished ones whose parent is finished or no longer exists."""
    existing = {shard.shard_id for shard in shards}
    done = {shard_id for shard_id, lease in leases.items() if lease.finished}
    return [
        shard
        for shard in shards
        if shard.shard_id not in done and (shard.parent_id not in existing or shard.parent_id in done)
    ]


def vanished(shards: list[Shard], leases: dict[str, LeaseView]) -> list[str]:
    """The ids of the shards that the engine dropped before they were read to their end."""
    existing = {shard.shard_id for shard in shards}
    return sorted(shard_id for shard_id, lease in leases.items() if not lease.finished and shard_id not in existing)
