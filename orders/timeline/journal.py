"""Makes the timeline's event from a stream record of an order: a pure function of its two images."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.timeline.tables import OrderEvent
from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.reads import Item
from packprod.dynamodb.streams import Record

CREATED, CHANGED, DELETED = "created", "changed", "deleted"
VALUES_KEPT = ("status", "total", "contactID")
LONGEST_VALUE = 200
SEQUENCE_DIGITS = 40
# What says by whom and when an order was written or sent, and is no part of it.
_STAMPS = frozenset({"updatedAt", "updatedBy", "updateID", "importedStatus", "sentVersions", "sentUpdatedAt"})


def order_event(record: Record) -> OrderEvent | None:
    """The event of a record; None where nothing but the stamps of the write changed."""
    old, new = record.old or {}, record.new or {}
    fields = list(_changed_fields(old, new))
    if not fields:
        return None
    client_id = settings.PACKPROD_CLIENT_ID
    ours = _is_ours(old, new)
    return OrderEvent(
        record.images[0]["orderID"],
        # The clientID keeps two clients apart when an order goes from one to the other.
        f"{format_instant(record.written_at)}#{record.sequence_number.zfill(SEQUENCE_DIGITS)}#{client_id}",
        client_id=client_id,
        kind=CREATED if record.old is None else DELETED if record.new is None else CHANGED,
        happened_at=format_instant(parse_instant(new["updatedAt"]) if ours else record.written_at),
        updated_by=new.get("updatedBy") if ours else None,
        fields=fields if old and new else [],
        changes={name: _values(old, new, name) for name in VALUES_KEPT if old.get(name) != new.get(name)},
    )


def _changed_fields(old: Item, new: Item) -> Iterator[str]:
    """The attributes that differ; those of the customer one by one."""
    for name in sorted((old.keys() | new.keys()) - _STAMPS):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name == "customer" and isinstance(before, dict) and isinstance(after, dict):
            yield from (f"customer.{inner}" for inner in _changed_fields(before, after))
        else:
            yield name


def _is_ours(old: Item, new: Item) -> bool:
    """Each write of ours brings a fresh updateID; another program leaves the old one, or has none."""
    return isinstance(new.get("updateID"), str) and new["updateID"] != old.get("updateID")


def _values(old: Item, new: Item, name: str) -> dict[str, Any]:
    both = {"from": old.get(name), "to": new.get(name)}
    return {which: _short(value) for which, value in both.items() if value is not None}


def _short(value: Any) -> Any:
    return value if isinstance(value, Decimal) else str(value)[:LONGEST_VALUE]
