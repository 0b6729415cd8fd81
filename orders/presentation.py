"""An order as JSON: the contract's names, money with its exact cents."""

from base64 import b64encode
from typing import Any

from orders.order import Order
from packprod.dates import format_instant
from packprod.money import money


def shown(value: Any) -> Any:
    """What another writer may keep in a row, as JSON can say it: binary becomes base64, a set a sorted list."""
    match value:
        case bytes():
            return b64encode(value).decode()
        case dict():
            return {name: shown(inner) for name, inner in value.items()}
        case list():
            return [shown(inner) for inner in value]
        case set():
            return sorted(map(shown, value))
    return value


def order_json(order: Order) -> dict[str, Any]:
    """The order's row, whoever wrote it, with every attribute of the contract."""
    return {
        "orderID": order.order_id,
        "orderReference": order.order_reference,
        "contactID": order.contact_id,
        "createdAt": format_instant(order.created_at),
        "updatedAt": order.updated_at,
        "status": order.status,
        "currency": order.currency,
        "customer": {
            "name": order.customer.name,
            "email": order.customer.email,
            "company": order.customer.company,
            "phone": order.customer.phone,
        },
        "items": [
            {
                "productCode": item.product_code,
                "description": item.description,
                "quantity": item.quantity,
                "unitPrice": money(item.unit_price),
                "lineTotal": money(item.line_total),
            }
            for item in order.items
        ],
        **{name: money(getattr(order, name)) for name in ("subtotal", "tax", "shipping", "discount", "total")},
        "source": order.source,
        "extra": shown(order.extra),
    }
