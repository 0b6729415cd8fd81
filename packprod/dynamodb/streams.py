"""Reads a DynamoDB stream: its shards with their parents, shard iterators, and records."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from packprod.dynamodb.client import call_stream
from packprod.dynamodb.codec import decode_item
from packprod.dynamodb.reads import Item

FULL_VIEW = "NEW_AND_OLD_IMAGES"


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard and its parent. A parent is read to its end before its children."""

    shard_id: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One change of an item: the item before (`old`) and after (`new`), None if it did not exist.

    Judge a change by these images, not by its eventName. A stream of another view than NEW_AND_OLD_IMAGES lacks one of
    them, or both (`has_both_images`). `raw` is the engine's whole record.
    """

    sequence_number: str
    old: Item | None
    new: Item | None
    raw: dict[str, Any]

    @property
    def has_both_images(self) -> bool:
        """Whether an image that is None says that there was no item."""
        return bool(self.raw["dynamodb"].get("StreamViewType", FULL_VIEW) == FULL_VIEW)

    def key_value(self, name: str) -> str:
        """The value of a key attribute of the item."""
        keys = self.raw["dynamodb"].get("Keys")
        item = decode_item(keys) if keys else self.images[0]
        return str(item[name])

    @property
    def written_at(self) -> datetime:
        """When the engine accepted the change; exact to a second at best."""
        return datetime.fromtimestamp(float(self.raw["dynamodb"]["ApproximateCreationDateTime"]), UTC)

    @property
    def images(self) -> tuple[Item, ...]:
        """The images that exist: old, new or both."""
        return tuple(image for image in (self.old, self.new) if image is not None)


@dataclass(frozen=True, slots=True)
class Batch:
    """Records in order. `next_iterator` is None only at the end of a closed shard; an empty batch is not the end."""

    records: list[Record]
    next_iterator: str | None


def list_shards(stream_arn: str) -> list[Shard]:
    """Every shard of the stream."""
    shards: list[Shard] = []
    parameters: dict[str, Any] = {"StreamArn": stream_arn, "Limit": 100}
    while True:
        description = call_stream("describe_stream", **parameters)["StreamDescription"]
        shards += [Shard(one["ShardId"], one.get("ParentShardId")) for one in description.get("Shards", ())]
        if not description.get("LastEvaluatedShardId"):
            return shards
        parameters["ExclusiveStartShardId"] = description["LastEvaluatedShardId"]


def open_shard(stream_arn: str, shard_id: str, *, after: str | None) -> str:
    """An iterator that starts after the sequence number `after`, or at the oldest record kept if that is None.

    Raises RecordsTrimmed if the stream no longer keeps what follows `after`.
    """
    position = {"ShardIteratorType": "TRIM_HORIZON"}
    if after is not None:
        position = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
    answer = call_stream("get_shard_iterator", StreamArn=stream_arn, ShardId=shard_id, **position)
    return str(answer["ShardIterator"])


def read_batch(iterator: str, *, limit: int) -> Batch:
    """The next records, at most `limit`. Raises IteratorExpired, RecordsTrimmed, EngineUnavailable."""
    answer = call_stream("get_records", ShardIterator=iterator, Limit=limit)
    return Batch(
        records=[_record(raw) for raw in answer.get("Records", ())],
        next_iterator=answer.get("NextShardIterator"),
    )


def _record(raw: dict[str, Any]) -> Record:
    change = raw["dynamodb"]
    old, new = change.get("OldImage"), change.get("NewImage")
    return Record(
        sequence_number=change["SequenceNumber"],
        old=decode_item(old) if old is not None else None,
        new=decode_item(new) if new is not None else None,
        raw=raw,
    )
