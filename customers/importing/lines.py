"""The lines of an order and what they add up to: exact decimals, and a total that must agree."""

from decimal import Decimal
from typing import NamedTuple

from customers.importing.fields import FieldReader, Refused, json_object, shown
from customers.importing.numbers import MAX_MONEY, money, quantity
from customers.importing.texts import code, text
from orders.drafts import ItemDraft
from packprod.money import CENT

MAX_ITEMS = 500
ZERO = Decimal("0.00")
MONEY_FIELDS = frozenset({"items", "tax", "shipping", "discount", "total"})


class Amounts(NamedTuple):
    """The money of one order; `total` is the sender's where one was sent."""

    subtotal: Decimal = ZERO
    tax: Decimal = ZERO
    shipping: Decimal = ZERO
    discount: Decimal = ZERO
    total: Decimal = ZERO


def read_items(order: FieldReader) -> tuple[ItemDraft, ...]:
    """The lines of an order; a line that is no object is a problem and left out."""
    lines: list[object] = order.required("items", _lines, [])
    sent = [order.parsed(f"items.{position}", line, json_object, None) for position, line in enumerate(lines)]
    return tuple(_item(order, position, line) for position, line in enumerate(sent) if line is not None)


def _lines(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Refused("invalid", f"must be a list, not {shown(value)}")
    if not value:
        raise Refused("required", "must have at least one line")
    if len(value) > MAX_ITEMS:
        raise Refused("too_many_items", f"has {len(value):,} lines, at most {MAX_ITEMS} are allowed")
    return value


def _item(order: FieldReader, position: int, line: dict[str, object]) -> ItemDraft:
    fields = FieldReader(line, order.problems, path=f"items.{position}.")
    return ItemDraft(
        product_code=fields.required("productCode", code(100), ""),
        description=fields.optional("description", text(1_000, line_breaks=True), ""),
        quantity=fields.required("quantity", quantity, 1),
        unit_price=fields.required("unitPrice", money, ZERO),
    )


def read_amounts(order: FieldReader, items: tuple[ItemDraft, ...]) -> Amounts:
    """The money; the sum is only judged where all that it adds up was understood."""
    tax = order.optional("tax", money, ZERO)
    shipping = order.optional("shipping", money, ZERO)
    discount = order.optional("discount", money, ZERO)
    sent: Decimal | None = order.optional("total", money, None)
    if MONEY_FIELDS & {problem.field.partition(".")[0] for problem in order.problems}:
        return Amounts()
    subtotal = sum((item.line_total for item in items), ZERO)
    computed = subtotal + tax + shipping - discount
    total = order.parsed("total", sent, lambda _: _agreed_total(sent, computed), ZERO)
    return Amounts(subtotal, tax, shipping, discount, total)


def _agreed_total(sent: Decimal | None, computed: Decimal) -> Decimal:
    if computed < 0:
        raise Refused("min_value", f"must not be below 0, and the discount makes it {computed}")
    if computed > MAX_MONEY:
        raise Refused("max_value", f"must be at most {MAX_MONEY}, and the order makes {computed}")
    if sent is not None and abs(sent - computed) > CENT:
        formula = "quantity×unitPrice of all lines + tax + shipping − discount"
        raise Refused("total_mismatch", f"is {sent}, but {formula} makes {computed}")
    return computed if sent is None else sent
