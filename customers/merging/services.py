"""Joins two contacts and parts them again. No order and no contact is written: an alias row is.

The alias takes effect in one transaction. Then the read models follow: the orders concerned are derived again, by
`contact_orders_move`, which is safe to repeat. Until that is done the alias's row says so, and a sweep goes on with it.
"""

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from pynamodb.expressions.condition import And, Condition

from customers.read_model import CUSTOMERS
from customers.selectors import require_customer
from orders.contact_aliases import (
    FRESH_SECONDS,
    JOINED,
    JOINING,
    PARTING,
    VERSION_KEY,
    ContactAlias,
    alias_rows,
    aliases_version,
    effective_contact,
)
from orders.rows import MAX_ID_BYTES, is_ours
from orders.tables import WebOrder
from packprod.dates import format_instant
from packprod.dynamodb.errors import ConditionFailed, TransactionCancelled
from packprod.dynamodb.reads import Item, Partition, batch_get, query_all
from packprod.dynamodb.writes import Operation, check, delete, put, settle, transact, update, write
from packprod.errors import EditConflict, InvalidInput
from packprod.readmodels.projection import project
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise_upward
from packprod.readmodels.tables import Projection

MOST_ROUNDS = 10
LOST_AFTER = timedelta(minutes=2)
log = structlog.get_logger(__name__)


def contact_merge(*, contact_id: str, into: str, merged_by: str, now: datetime) -> str:
    """Makes one contact stand for another from now on; returns the one that is left.

    If `into` was merged itself, that is the contact it was merged into. The read models follow with
    `contact_orders_move`. Raises NotFound for an unknown contact, InvalidInput, EditConflict if somebody was faster,
    EngineUnavailable.
    """
    aliases_version()
    left = effective_contact(into)
    _require_mergeable(contact_id, left)
    alias = ContactAlias(
        settings.PACKPROD_CLIENT_ID,
        contact_id,
        merged_into=left,
        merged_at=format_instant(now),
        merged_by=merged_by,
        state=JOINING,
    )
    try:
        transact(
            [
                put(alias, condition=ContactAlias.contact_id.does_not_exist()),
                check(
                    _alias(left), condition=ContactAlias.contact_id.does_not_exist() | (ContactAlias.state == PARTING)
                ),
                _next_version(),
            ]
        )
    except TransactionCancelled as exc:
        raise EditConflict("Somebody is joining or parting one of these customers just now; look again.") from exc
    settle()
    aliases_version()
    return left


def _require_mergeable(contact_id: str, left: str) -> None:
    if not all(one not in ("", VERSION_KEY) and len(one.encode()) <= MAX_ID_BYTES for one in (contact_id, left)):
        raise InvalidInput("This customer cannot be joined with another one.")
    if contact_id == left:
        raise InvalidInput("A customer cannot be joined with itself; choose two customers.")
    if effective_contact(contact_id) != contact_id:
        raise InvalidInput("This customer is joined with another one already; part them first.")
    require_customer(contact_id)
    require_customer(left)


def contact_unmerge(*, contact_id: str) -> str:
    """Ends what `contact_merge` began; returns the contact that stood for this one.

    All orders of the contact are its own again, those that came in meanwhile, too. The read models follow with
    `contact_orders_move`. Raises EditConflict if it is not merged, EngineUnavailable.
    """
    aliases_version()
    left = effective_contact(contact_id)
    in_force: Condition = ContactAlias.state.is_in(JOINING, JOINED)
    actions = [ContactAlias.state.set(PARTING), ContactAlias.begun_at.remove()]
    part = update(_alias(contact_id), actions=actions, condition=in_force)
    try:
        transact([part, _next_version()])
    except TransactionCancelled as exc:
        raise EditConflict("This customer is not joined with another one, or somebody parts them just now.") from exc
    settle()
    aliases_version()
    return left


def aliases_spread() -> None:
    """Returns once every process goes by the aliases that are stored now."""
    time.sleep(FRESH_SECONDS)


def contact_orders_move(*, contact_id: str, now: datetime) -> bool:
    """Brings the read models up to date after a merge or its undoing; returns whether there was anything to do.

    Safe to repeat, and to run twice at once. Raises EngineUnavailable.
    """
    aliases_version()
    row = next((one for one in alias_rows() if one["contactID"] == contact_id), None)
    if row is None or row.get("state") not in _MOVES:
        return False
    begin = update(
        _alias(contact_id), actions=[ContactAlias.begun_at.set(format_instant(now))], condition=_as_read(row)
    )
    _unless_changed(row, begin)
    _MOVES[row["state"]](row, now)
    log.info("moved the orders of a contact", contact=contact_id, state=row["state"])
    return True


def contact_orders_sweep(*, now: datetime) -> int:
    """Goes on with every move that no worker has begun within the last minutes; returns how many there were.

    Raises EngineUnavailable.
    """
    lost = format_instant(now - LOST_AFTER)
    waiting = [row["contactID"] for row in alias_rows() if row.get("state") in _MOVES and row.get("begunAt", "") < lost]
    return sum(contact_orders_move(contact_id=one, now=now) for one in waiting)


def _finish_joining(row: Item, now: datetime) -> None:
    """An order that the consumer derives meanwhile may still come into the contact's bucket, so it is read until it is
    empty."""
    contact_id = row["contactID"]
    for _ in range(MOST_ROUNDS):
        order_ids = _orders_in_bucket(contact_id)
        if not order_ids:
            break
        _derive(order_ids, now=now)
    _summarise(effective_contact(contact_id), now=now)
    _unless_changed(row, update(_alias(contact_id), actions=[ContactAlias.state.set(JOINED)], condition=_as_read(row)))


def _finish_parting(row: Item, now: datetime) -> None:
    """The orders lie with the contact that stood for this one: of those, the ones whose contact is another by now."""
    left = effective_contact(row["mergedInto"])
    for _ in range(MOST_ROUNDS):
        order_ids = list(_misplaced(left))
        if not order_ids:
            break
        _derive(order_ids, now=now)
    _summarise(left, now=now)
    _unless_changed(row, delete(_alias(row["contactID"]), condition=_as_read(row)))


def _misplaced(left: str) -> Iterable[str]:
    items = batch_get(WebOrder, [(one,) for one in _orders_in_bucket(left)])
    return (item["orderID"] for item in items if is_ours(item) and effective_contact(str(item["contactID"])) != left)


_MOVES: dict[str, Callable[[Item, datetime], None]] = {JOINING: _finish_joining, PARTING: _finish_parting}


def _orders_in_bucket(contact_id: str) -> list[str]:
    """The orders whose customer this is as the read models have it, strongly consistent."""
    bucket = Partition(Projection, hash=("bucket", bucket_id(CUSTOMERS.name, contact_id)), attributes=("sourceID",))
    return [row["sourceID"] for row in query_all(bucket, consistent=True)]


def _derive(order_ids: Iterable[str], *, now: datetime) -> None:
    summarise_upward(project(order_ids, now=now), now=now)


def _summarise(contact_id: str, *, now: datetime) -> None:
    """Also where no order has moved: the customer is found by the names of the contacts that are joined with it."""
    summarise_upward([bucket_id(CUSTOMERS.name, contact_id)], now=now, force=True)


def _unless_changed(row: Item, operation: Operation) -> None:
    """Does nothing if another worker has finished the move, or if the row stands for a later change."""
    try:
        write(operation)
    except ConditionFailed:
        log.info("another worker has moved the orders of a contact", contact=row["contactID"])


def _as_read(row: Item) -> Condition:
    return And(ContactAlias.state == row["state"], ContactAlias.merged_at == row["mergedAt"])


def _alias(contact_id: str) -> ContactAlias:
    return ContactAlias(settings.PACKPROD_CLIENT_ID, contact_id)


def _next_version() -> Operation:
    return update(_alias(VERSION_KEY), actions=[ContactAlias.version.add(1)])
