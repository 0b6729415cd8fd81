"""Writes orders: the row of a draft, a changed status, a replacement by a later import."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from pynamodb.expressions.condition import And, Condition
from pynamodb.expressions.update import Action

from orders.order import Order, OrderDraft
from orders.rows import order_from_row, stored_status
from orders.selectors import order_item
from orders.statuses import ORDER_STATUSES
from orders.tables import WebOrder
from packprod.dates import format_instant
from packprod.dynamodb.errors import ConditionFailed
from packprod.dynamodb.reads import Item
from packprod.dynamodb.writes import Operation, settle, transact, update, write
from packprod.errors import BrokenOrder, EditConflict, EngineUnavailable, FieldProblem, InvalidInput

_OWN_CUSTOMER = frozenset({"name", "email", "company", "phone", "typedEmail"})


def order_row(
    *, draft: OrderDraft, order_id: str, contact_id: str, sent_versions: bytes, updated_by: str = "", now: datetime
) -> WebOrder:
    """The row of a draft, ready to be written in the import's transaction."""
    return WebOrder(
        order_id,
        order_reference=draft.order_reference,
        client_id=settings.PACKPROD_CLIENT_ID,
        contact_id=contact_id,
        created_at=format_instant(draft.created_at),
        updated_at=format_instant(now),
        status=draft.status,
        currency=draft.currency,
        customer=_customer_map(draft),
        items=_item_maps(draft),
        subtotal=draft.subtotal,
        tax=draft.tax,
        shipping=draft.shipping,
        discount=draft.discount,
        total=draft.total,
        source=draft.source,
        extra=draft.extra or None,
        sent_versions=sent_versions,
        sent_updated_at=format_instant(draft.updated_at) if draft.updated_at else None,
        updated_by=updated_by or None,
        update_id=new_update_id(),
    )


def _customer_map(draft: OrderDraft) -> dict[str, str]:
    customer = draft.customer
    fields = {
        "name": customer.name,
        "email": customer.email,
        "company": customer.company,
        "phone": customer.phone,
        "typedEmail": customer.typed_email,
    }
    return {name: value for name, value in fields.items() if value}


def _item_maps(draft: OrderDraft) -> list[dict[str, object]]:
    return [
        {
            "productCode": item.product_code,
            "description": item.description,
            "quantity": item.quantity,
            "unitPrice": item.unit_price,
        }
        for item in draft.items
    ]


def new_update_id() -> str:
    """The `updateID` of one write."""
    return secrets.token_hex(8)


def order_change_status(
    *, order_id: str, status: str, updated_by: str = "", expected_updated_at: str | None = None, now: datetime
) -> Order:
    """Sets an order's status and returns the order as it then is; the same status again writes nothing.

    `expected_updated_at` is the `updatedAt` that the editor saw (empty: there was none); None compares
    nothing. Raises NotFound, InvalidInput (unknown status, or a parked order that staff must mend first), EditConflict
    when the order was changed since the editor looked, EngineUnavailable.
    """
    row, _ = write_status(order_id, status, updated_by=updated_by, expected_updated_at=expected_updated_at, now=now)
    settle()
    return order_from_row(row)


def write_status(
    order_id: str, status: str, *, updated_by: str, expected_updated_at: str | None = None, now: datetime
) -> tuple[Item, bool]:
    """As `order_change_status`, for a caller that settles once for many orders: the row, and whether it wrote."""
    if status not in ORDER_STATUSES:
        message = f"status must be one of {', '.join(ORDER_STATUSES)}."
        raise InvalidInput(message, problems=[FieldProblem("status", "invalid_choice", message)])
    item = order_item(order_id)
    try:
        if order_from_row(item).status == status:
            return item, False
        _refuse_outdated(item, expected_updated_at)
    except BrokenOrder as exc:
        raise InvalidInput(f"This order cannot be changed while it is parked: {exc.message}") from exc
    return item | _write_status(item, status, updated_by, guarded=expected_updated_at is not None, now=now), True


def _refuse_outdated(item: Item, expected_updated_at: str | None) -> None:
    if expected_updated_at not in (None, order_from_row(item).updated_at):
        raise EditConflict("Somebody changed this order since you looked at it. Nothing was written; look again.")


def _write_status(item: Item, status: str, updated_by: str, *, guarded: bool, now: datetime) -> Item:
    """The attributes written."""
    condition = _as_read(item) if guarded else _ours()
    try:
        write(_status_update(item, status, updated_by, condition=condition, now=now))
    except ConditionFailed as exc:
        found = order_item(item["orderID"])  # gone, or not ours any more: NotFound
        if guarded:
            _refuse_outdated(found, order_from_row(item).updated_at)
        raise EngineUnavailable("The order is being written by somebody else; try again shortly.") from exc
    return {"status": status, "updatedAt": format_instant(now)}


def order_assignment(*, item: Item, contact_id: str, updated_by: str, now: datetime) -> Operation:
    """Gives an order this contact, on condition that it is as it was read, and names the contact that it did, or none.

    Every other attribute stays, but for who changed it, and when.
    """
    actions: list[Action] = [
        WebOrder.contact_id.set(contact_id),
        WebOrder.updated_at.set(format_instant(now)),
        WebOrder.updated_by.set(updated_by) if updated_by else WebOrder.updated_by.remove(),
        WebOrder.update_id.set(new_update_id()),
    ]
    named = item.get("contactID")
    unassigned: Condition = WebOrder.contact_id.does_not_exist()
    same = WebOrder.contact_id == named if isinstance(named, str) else unassigned
    condition = And(_as_read(item), same)
    return update(WebOrder(item["orderID"]), actions=actions, condition=condition)


def write_statuses(items: Sequence[Item], status: str, *, updated_by: str, now: datetime) -> None:
    """Sets the status of all these rows of ours, at most 100, in one transaction.

    Where one of them has changed since it was read, none is written.

    The caller settles. Raises TransactionCancelled, EngineUnavailable.
    """
    transact([_status_update(item, status, updated_by, condition=_as_read(item), now=now) for item in items])


def _status_update(item: Item, status: str, updated_by: str, *, condition: Condition, now: datetime) -> Operation:
    actions: list[Action] = [
        WebOrder.status.set(status),
        WebOrder.updated_at.set(format_instant(now)),
        WebOrder.updated_by.set(updated_by) if updated_by else WebOrder.updated_by.remove(),
        WebOrder.update_id.set(new_update_id()),
    ]
    if "sentVersions" not in item and "importedStatus" not in item:  # the order came from another program with this one
        actions.append(WebOrder.imported_status.set(stored_status(item)))
    return update(WebOrder(item["orderID"]), actions=actions, condition=condition)


def _ours() -> Condition:
    return WebOrder.client_id == settings.PACKPROD_CLIENT_ID


def _as_read(item: Item) -> Condition:
    """The condition that the row is ours and unchanged since it was read."""
    seen = item.get("updatedAt")
    unchanged: Condition = WebOrder.updated_at.exists()  # another program's value, of a type that cannot be compared
    if "updatedAt" not in item:
        unchanged = WebOrder.updated_at.does_not_exist()
    elif isinstance(seen, str):
        unchanged = WebOrder.updated_at == seen
    return And(_ours(), unchanged)


def order_replacement(*, row: WebOrder, changed: Collection[str], existing: Item) -> Operation:
    """Writes the attributes `changed` of a stored order and what says who sent it, on condition that it is still as we
    read it.

    Attributes of other writers stay, also those in `customer`.
    """
    if "customer" in changed and isinstance(customer := existing.get("customer"), dict):
        row.customer = {name: value for name, value in customer.items() if name not in _OWN_CUSTOMER} | row.customer
    stamps = {"updatedAt", "updatedBy", "updateID", "sentVersions", "importedStatus"}
    stamps |= {"sentUpdatedAt"} if row.sent_updated_at else set()
    actions = [
        attribute.set(value) if (value := getattr(row, name)) is not None else attribute.remove()
        for name, attribute in WebOrder.get_attributes().items()
        if attribute.attr_name in stamps.union(changed)
    ]
    return update(WebOrder(existing["orderID"]), actions=actions, condition=_as_sent(existing))


def order_sent_again(*, existing: Item, sent_versions: bytes, sent_updated_at: datetime | None) -> Operation:
    """Remembers what was sent last where the order itself stays as it is, on condition that it still is."""
    actions: list[Action] = [WebOrder.sent_versions.set(sent_versions)]
    if sent_updated_at:
        actions.append(WebOrder.sent_updated_at.set(format_instant(sent_updated_at)))
    return update(WebOrder(existing["orderID"]), actions=actions, condition=_as_sent(existing))


def _as_sent(item: Item) -> Condition:
    """The condition that nobody wrote the row since it was read: we did not, nor sent another version, and others, who
    may leave our stamps as they are, did not change the status."""
    condition = _as_read(item)
    for name, attribute in (("updateID", WebOrder.update_id), ("status", WebOrder.status)):
        if isinstance(value := item.get(name), str):
            condition &= attribute == value
    if "sentVersions" not in item:
        condition &= WebOrder.sent_versions.does_not_exist()
    elif isinstance(versions := item["sentVersions"], bytes):
        condition &= WebOrder.sent_versions == versions
    return condition
