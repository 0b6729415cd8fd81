"""What changes an order."""

from datetime import datetime
from typing import Any

from django.conf import settings

from orders.drafts import OrderDraft
from orders.order import Order
from orders.rows import order_from_row
from orders.selectors import order_item
from orders.statuses import ORDER_STATUSES
from orders.tables import WebOrder
from packprod.dates import format_instant
from packprod.dynamodb.durability import settle
from packprod.dynamodb.engine_errors import TransactionCancelled
from packprod.dynamodb.reads import Item
from packprod.dynamodb.transactions import transaction
from packprod.errors import BrokenOrder, EngineUnavailable, FieldProblem, InvalidInput


def order_row(*, draft: OrderDraft, order_id: str, contact_id: str, now: datetime) -> WebOrder:
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
        imported_status=draft.status,
    )


def _customer_map(draft: OrderDraft) -> dict[str, str]:
    customer = draft.customer
    fields = {
        "name": customer.name,
        "email": customer.email,
        "company": customer.company,
        "phone": customer.phone,
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


def order_change_status(*, order_id: str, status: str, now: datetime) -> Order:
    """Sets an order's status and returns the order as it then is; the same status again writes nothing.

    Raises NotFound, InvalidInput (unknown status, or a parked order that staff must mend first).
    """
    if status not in ORDER_STATUSES:
        message = f"status must be one of {', '.join(ORDER_STATUSES)}."
        raise InvalidInput(message, problems=[FieldProblem("status", "invalid_choice", message)])
    item = order_item(order_id)
    try:
        if order_from_row(item).status != status:
            _write_status(order_id, status, now=now)
            item |= {"status": status, "updatedAt": format_instant(now)}
        return order_from_row(item)
    except BrokenOrder as exc:
        raise InvalidInput(f"This order cannot be changed while it is parked: {exc.message}") from exc


def _write_status(order_id: str, status: str, *, now: datetime) -> None:
    # In a transaction, as PynamoDB's plain update reads the row back and fails on what other writers keep there.
    actions: list[Any] = [WebOrder.status.set(status), WebOrder.updated_at.set(format_instant(now))]
    ours = WebOrder.client_id == settings.PACKPROD_CLIENT_ID
    try:
        with transaction(WebOrder) as write:
            write.update(WebOrder(order_id), actions=actions, condition=ours)
        settle()
    except TransactionCancelled as exc:
        order_item(order_id)  # gone, or not ours any more: NotFound
        raise EngineUnavailable("The order is being written by somebody else; try again shortly.") from exc


def order_replacement(*, row: WebOrder, draft: OrderDraft, existing: Item) -> tuple[list[Any], Any]:
    """The update that replaces a stored order, and the condition that it is still the one we read.

    Attributes of other writers stay. What the draft merely defaulted does not reset what is stored: a replaced
    order keeps its date and its status unless they were sent.
    """
    kept = {"createdAt", "status", "source"} - draft.sent
    actions = [
        attribute.set(value) if (value := getattr(row, name)) is not None else attribute.remove()
        for name, attribute in WebOrder.get_attributes().items()
        if name != "order_id" and not (attribute.attr_name in kept and attribute.attr_name in existing)
    ]
    seen = existing.get("updatedAt")
    unmoved = WebOrder.client_id == settings.PACKPROD_CLIENT_ID
    if isinstance(seen, str):
        return actions, unmoved & (WebOrder.updated_at == seen)
    return actions, unmoved & WebOrder.updated_at.does_not_exist()
