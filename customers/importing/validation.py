"""From a parsed JSON body to checked orders: the import contract's rules, all problems told at once."""

from datetime import datetime

from customers.importing.fields import FieldReader, Refused, is_blank, json_object, shown
from customers.importing.lines import MONEY_FIELDS, read_amounts, read_items
from customers.importing.moments import instant
from customers.importing.storable import read_extra, refuse_too_large
from customers.importing.texts import code, currency_of, email, one_of, text
from orders.drafts import CustomerDraft, OrderDraft
from orders.statuses import ORDER_STATUSES, RECEIVED
from packprod.errors import FieldProblem, InvalidInput

MAX_ORDERS = 100
KNOWN_FIELDS = MONEY_FIELDS | {"orderReference", "createdAt", "status", "currency", "customer", "source"}
CUSTOMER_FIELDS = ("name", "email", "company", "phone")


def split_body(body: object) -> tuple[list[object], bool]:
    """The orders of a body (one, an array, or {"orders": [...]}) and whether it was a batch.

    Raises InvalidInput for other JSON, for no order at all and for more than 100.
    """
    if isinstance(body, dict) and ("orders" not in body or "orderReference" in body):
        return [body], False
    orders = body["orders"] if isinstance(body, dict) else body
    if not isinstance(orders, list):
        raise _whole("orders", Refused("invalid", f"must be one order or a list of orders, not {shown(orders)}"))
    if not orders:
        raise _whole("orders", Refused("required", "must hold at least one order"))
    if len(orders) > MAX_ORDERS:
        reason = f"holds {len(orders):,} orders, at most {MAX_ORDERS} are allowed at once"
        raise _whole("orders", Refused("too_many_orders", reason))
    return orders, True


def parse_order(payload: object, *, now: datetime, currency: str) -> OrderDraft:
    """One checked order from parsed JSON (numbers as int or Decimal, never float).

    `now` (aware UTC) is the default of createdAt, `currency` the business currency.
    Raises InvalidInput with one FieldProblem for each problem found.
    """
    try:
        order = FieldReader(json_object(payload), [])
        draft = _draft(order, now=now, currency=currency)
        if order.problems:
            raise _invalid(order.problems)
        refuse_too_large(draft)
    except Refused as refusal:
        raise _whole("order", refusal) from refusal
    return draft


def _draft(order: FieldReader, *, now: datetime, currency: str) -> OrderDraft:
    """Reads every field; after a problem the draft holds stand-ins and must be thrown away."""
    items = read_items(order)
    amounts = read_amounts(order, items)
    return OrderDraft(
        order_reference=order.required("orderReference", code(100), ""),
        created_at=order.optional("createdAt", instant(now), now.replace(microsecond=0)),
        status=order.optional("status", one_of(ORDER_STATUSES), RECEIVED),
        currency=order.optional("currency", currency_of(currency), currency),
        customer=_customer(order),
        items=items,
        subtotal=amounts.subtotal,
        tax=amounts.tax,
        shipping=amounts.shipping,
        discount=amounts.discount,
        total=amounts.total,
        source=order.optional("source", text(50), ""),
        extra=read_extra(order, KNOWN_FIELDS),
        sent=_sent(order),
    )


def _customer(order: FieldReader) -> CustomerDraft:
    sent = order.required("customer", json_object, None)
    fields = FieldReader(sent or {}, order.problems, path="customer.")
    if sent is not None and is_blank(sent.get("email")) and is_blank(sent.get("phone")):
        fields.refuse("email", Refused("required", "is required, or else customer.phone"))
    return CustomerDraft(
        name=fields.optional("name", text(200), ""),
        email=fields.optional("email", email, ""),
        company=fields.optional("company", text(200), ""),
        phone=fields.optional("phone", code(50), ""),
    )


def _sent(order: FieldReader) -> frozenset[str]:
    customer = order.source.get("customer")
    known = {field for field in KNOWN_FIELDS - {"customer"} if order.source.get(field) is not None}
    if isinstance(customer, dict):
        known |= {f"customer.{field}" for field in CUSTOMER_FIELDS if not is_blank(customer.get(field))}
    return frozenset(known)


def _whole(field: str, refusal: Refused) -> InvalidInput:
    return _invalid([FieldProblem(field, refusal.code, f"{field} {refusal.reason}.")])


def _invalid(problems: list[FieldProblem]) -> InvalidInput:
    """One sentence for people (the first problem, and how many more), all problems for machines."""
    more = f" There are {len(problems) - 1} more problems." if len(problems) > 1 else ""
    return InvalidInput(problems[0].message + more, problems=problems)
