"""Reads an order's timeline, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from orders.selectors import order_item
from orders.timeline.tables import OrderEvent
from packprod.dates import parse_instant
from packprod.dynamodb.reads import Item
from packprod.readmodels.lists.pages import Page, take_page
from packprod.readmodels.lists.walk import Bounds, Position, SortedPartition

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


def order_events(order_id: str, *, limit: int, position: Position | None = None) -> Page[Event]:
    """A page of what happened to an order of this client, also to one that is deleted.

    Empty for an order that nothing happened to since the journal began. Raises NotFound for one we never had.
    """
    start = position or Position()
    rows = SortedPartition(OrderEvent, ("orderID", order_id), "eventID").walk(
        Bounds(after=start.after), chunk=limit + 1
    )
    page = take_page(((key, _event(item)) for key, item in rows), limit=limit, start=start)
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
