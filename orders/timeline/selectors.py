"""Reads an order's timeline, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from orders.selectors import order_item
from orders.timeline.tables import OrderEvent
from packprod.dates import parse_instant
from packprod.dynamodb.reads import Item, Partition, Range, query_all
from packprod.readmodels.pages import Page, take_page

ANOTHER_PROGRAM = "another program"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of an order: `kind` is created, changed or deleted.

    `fields` names what changed; `changes` has `from` and `to` (either may be missing) of status, total and contactID.
    """

    event_id: str
    kind: str
    happened_at: datetime
    updated_by: str
    fields: tuple[str, ...]
    changes: dict[str, dict[str, Any]]


def order_events(order_id: str, *, limit: int, position: str | None = None) -> Page[Event]:
    """A page of what happened to an order of this client, also to one that is deleted.

    Empty for an order that nothing happened to since the journal began. Raises NotFound for one we never had.
    """
    partition = Partition(
        OrderEvent,
        hash=("orderID", order_id),
        range=None if position is None else Range("eventID", "<", position),
        descending=True,
    )
    walk = ((item["eventID"], _event(item)) for item in query_all(partition, page_size=limit + 1))
    page = take_page(walk, limit=limit, first=position is None)
    if not page.items and position is None:
        order_item(order_id)
    return page


def _event(item: Item) -> Event | None:
    if item["clientID"] != settings.PACKPROD_CLIENT_ID:
        return None
    return Event(
        event_id=item["eventID"],
        kind=item["kind"],
        happened_at=parse_instant(item["happenedAt"]),
        updated_by=item.get("updatedBy", ANOTHER_PROGRAM),
        fields=tuple(item["fields"]),
        changes=item["changes"],
    )
