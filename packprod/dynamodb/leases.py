"""Who reads which shard, and how far: a lease row per client and shard, taken and advanced only conditionally.

Two clients may share the tables, and then each reads the whole stream for itself.
"""

from dataclasses import dataclass, field

from django.conf import settings
from pynamodb.attributes import BooleanAttribute, UnicodeAttribute
from pynamodb.expressions.update import Action

from packprod.dynamodb.errors import ConditionFailed
from packprod.dynamodb.reads import scan_all
from packprod.dynamodb.streams import Shard
from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, Table, prefixed
from packprod.dynamodb.writes import update, write

LEASE_MILLISECONDS = 5_000


class ShardLease(Table):
    """`checkpoint` is the last sequence number wholly handed over; absent means from the oldest record kept."""

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
    """A lease row as read; `expires_at` in milliseconds since 1970, None where nobody holds it."""

    checkpoint: str | None
    finished: bool
    trimmed: bool
    expires_at: int | None = field(default=None, compare=False)


def lease_id(stream_arn: str, shard_id: str) -> str:
    """The row's key."""
    return f"{settings.PACKPROD_CLIENT_ID}#{stream_arn}/{shard_id}"


def read_leases(stream_arn: str) -> dict[str, LeaseView]:
    """This client's leases of the stream by shard id. The table has a row per shard of the last days: small."""
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


def take_or_renew(stream_arn: str, shard_id: str, *, owner: str, now_ms: int) -> bool:
    """True when the lease is ours until now + LEASE_MILLISECONDS; False while another reader holds it."""
    lease = ShardLease(lease_id(stream_arn, shard_id))
    actions = [ShardLease.owner.set(owner), ShardLease.expires_at.set(now_ms + LEASE_MILLISECONDS)]
    free = ShardLease.owner.does_not_exist() | (ShardLease.owner == owner) | (ShardLease.expires_at < now_ms)
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
    """Advances and renews in one write. Raises ConditionFailed when the lease was lost meanwhile."""
    actions: list[Action] = [ShardLease.expires_at.set(now_ms + LEASE_MILLISECONDS)]
    if sequence_number is not None:
        actions.append(ShardLease.checkpoint.set(sequence_number))
    if finished:
        actions.append(ShardLease.finished.set(True))
    held = ShardLease.owner == owner
    write(update(ShardLease(lease_id(stream_arn, shard_id)), actions=actions, condition=held))


def release(stream_arn: str, shard_id: str, *, owner: str) -> None:
    """Lets another reader take over at once."""
    lease = ShardLease(lease_id(stream_arn, shard_id))
    held = ShardLease.owner == owner
    try:
        write(update(lease, actions=[ShardLease.owner.remove(), ShardLease.expires_at.remove()], condition=held))
    except ConditionFailed:
        return


def mark_trimmed(stream_arn: str, shard_id: str, *, finished: bool = False) -> None:
    """Records were lost before they were read: start over at the oldest, if any is left, and ask for a rebuild."""
    actions: list[Action] = [ShardLease.checkpoint.remove(), ShardLease.trimmed.set(True)]
    if finished:
        actions.append(ShardLease.finished.set(True))
    write(update(ShardLease(lease_id(stream_arn, shard_id)), actions=actions))


def clear_trimmed(stream_arn: str, shard_id: str) -> None:
    """After the rebuild."""
    write(update(ShardLease(lease_id(stream_arn, shard_id)), actions=[ShardLease.trimmed.remove()]))


def readable(shards: list[Shard], leases: dict[str, LeaseView]) -> list[Shard]:
    """The unfinished shards whose parent, if it still exists, is finished: parents before children."""
    existing = {shard.shard_id for shard in shards}
    done = {shard_id for shard_id, lease in leases.items() if lease.finished}
    return [
        shard
        for shard in shards
        if shard.shard_id not in done and (shard.parent_id not in existing or shard.parent_id in done)
    ]


def vanished(shards: list[Shard], leases: dict[str, LeaseView]) -> list[str]:
    """The shards that the engine dropped, a day after their end, before they were read to it."""
    existing = {shard.shard_id for shard in shards}
    return sorted(shard_id for shard_id, lease in leases.items() if not lease.finished and shard_id not in existing)
