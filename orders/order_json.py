"""An order as the API shows it: the contract's names, money with its exact cents."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from orders.order import Order, OrderCustomer, OrderItem
from orders.rows import plain_json
from orders.statuses import ORDER_STATUSES
from packprod.dates import format_instant, parse_instant
from packprod.json_objects import Instant, JsonObject, Money
from packprod.money import money, unit_price


class OrderCustomerJson(JsonObject, kw_only=True):
    """Who ordered, as written on the order; empty texts where nothing was said."""

    name: str
    email: Annotated[str, Meta(description="As it is compared: in lower case, the domain in ASCII (xn--).")]
    typed_email: Annotated[str, Meta(description="As it was typed, where that differs by more than its case.")] = ""
    company: str
    phone: str


class OrderItemJson(JsonObject):
    """One line of an order."""

    product_code: str
    description: str
    quantity: Annotated[Decimal, Meta(description="At most 3 decimals, such as 2.5 m of film.")]
    unit_price: Annotated[Money, Meta(description="At most 4 decimals.")]
    line_total: Annotated[Money, Meta(description="quantity × unitPrice, half up to the cent.")]


class OrderJson(JsonObject):
    """One order, whoever wrote it."""

    order_id: str
    order_reference: Annotated[str, Meta(description="Unique per supplier.")]
    contact_id: str
    created_at: Annotated[Instant, Meta(description="UTC, ending in Z.")]
    updated_at: Annotated[str, Meta(description="As the last writer put it; empty where it put nothing.")]
    status: Annotated[str, Meta(description=f"{', '.join(ORDER_STATUSES)}; another writer may use its own.")]
    currency: str
    customer: OrderCustomerJson
    items: list[OrderItemJson]
    subtotal: Money
    tax: Money
    shipping: Money
    discount: Money
    total: Money
    source: Annotated[str, Meta(description="Where the order came from.")]
    extra: Annotated[dict[str, Any], Meta(description="The unknown top-level keys of the import, as sent.")]
    odd: Annotated[list[str], Meta(description="What staff should look at; the order counts all the same.")]


class ParkedOrderJson(JsonObject):
    """An order row that cannot be used until somebody mends it; it counts nowhere."""

    order_id: str
    reason: Annotated[str, Meta(description="What is wrong with the row.")]
    amount: Annotated[Money | None, Meta(description="What it is worth; null where that cannot be read.")]


class ParkedOrderDetailJson(JsonObject):
    """Instead of an order's figures, where its row is parked."""

    order_id: str
    parked: Annotated[bool, Meta(description="Always true.")]
    reason: Annotated[str, Meta(description="What is wrong with the row.")]
    amount: Annotated[Money | None, Meta(description="What it is worth; null where that cannot be read.")]


def order_json(order: Order) -> OrderJson:
    """The order's row, whoever wrote it, with every attribute of the contract."""
    return OrderJson(
        order_id=order.order_id,
        order_reference=order.order_reference,
        contact_id=order.contact_id,
        created_at=format_instant(order.created_at),
        updated_at=order.updated_at,
        status=order.status,
        currency=order.currency,
        customer=_customer(order.customer),
        items=[_item(item) for item in order.items],
        subtotal=money(order.subtotal),
        tax=money(order.tax),
        shipping=money(order.shipping),
        discount=money(order.discount),
        total=money(order.total),
        source=order.source,
        extra=plain_json(order.extra),
        odd=list(order.odd),
    )


def parked_amount(amount: Decimal | None) -> Decimal | None:
    """What a parked order is worth, to the cent."""
    return None if amount is None else money(amount)


def _customer(customer: OrderCustomer) -> OrderCustomerJson:
    return OrderCustomerJson(
        name=customer.name,
        email=customer.email,
        typed_email=customer.typed_email,
        company=customer.company,
        phone=customer.phone,
    )


def _item(item: OrderItem) -> OrderItemJson:
    return OrderItemJson(
        product_code=item.product_code,
        description=item.description,
        quantity=item.quantity,
        unit_price=unit_price(item.unit_price),
        line_total=money(item.line_total),
    )


ORDER_EXAMPLE = OrderJson(
    order_id="3f1c6a0e-5b52-5c8e-9a53-0d6f3c1b7e42",
    order_reference="ORD-12345",
    contact_id="8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    created_at="2025-10-20T10:30:00Z",
    updated_at="2025-10-20T10:30:02Z",
    status="received",
    currency="AUD",
    customer=OrderCustomerJson(
        name="John Smith", email="john@example.com", company="Acme Corp", phone="+61 2 5550 1234"
    ),
    items=[
        OrderItemJson(
            product_code="BOX-A4",
            description="Mailing box A4",
            quantity=Decimal(100),
            unit_price=Decimal("0.85"),
            line_total=Decimal("85.00"),
        )
    ],
    subtotal=Decimal("85.00"),
    tax=Decimal("8.50"),
    shipping=Decimal("12.00"),
    discount=Decimal("0.00"),
    total=Decimal("105.50"),
    source="n8n",
    extra={},
    odd=[],
)
"""The schema's example of an order."""


class _ItemFacts(JsonObject):
    product_code: str
    quantity: Decimal
    line_total: Decimal


class _CustomerFacts(JsonObject):
    name: str
    email: str
    company: str
    phone: str


class OrderFacts(JsonObject):
    """What filters and searches look at in an order's JSON; money and quantities are exact."""

    order_id: str
    contact_id: str
    created_at: datetime
    order_reference: str
    status: str
    source: str
    total: Decimal
    customer: _CustomerFacts
    items: list[_ItemFacts]
    odd: list[str]


_FACTS = msgspec.json.Decoder(OrderFacts)
_WHOLE = msgspec.json.Decoder(OrderJson, float_hook=Decimal)


def order_facts(encoded: bytes) -> OrderFacts:
    """The facts in an order's JSON."""
    return _FACTS.decode(encoded)


def order_from_json(encoded: bytes) -> Order:
    """The order in its JSON. How it was stored is not in there: `stored_time` and `stored_reference` are as in JSON."""
    found = _WHOLE.decode(encoded)
    customer = found.customer
    return Order(
        order_id=found.order_id,
        order_reference=found.order_reference,
        contact_id=found.contact_id,
        created_at=parse_instant(found.created_at),
        updated_at=found.updated_at,
        status=found.status,
        currency=found.currency,
        customer=OrderCustomer(
            name=customer.name,
            email=customer.email,
            company=customer.company,
            phone=customer.phone,
            typed_email=customer.typed_email,
        ),
        items=tuple(OrderItem(one.product_code, one.description, one.quantity, one.unit_price) for one in found.items),
        subtotal=found.subtotal,
        tax=found.tax,
        shipping=found.shipping,
        discount=found.discount,
        total=found.total,
        source=found.source,
        extra=found.extra,
        stored_time=found.created_at,
        odd=tuple(found.odd),
        stored_reference=found.order_reference,
    )
