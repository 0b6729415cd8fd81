"""What staff type into the search box over orders, and whether it finds an order."""

from dataclasses import dataclass, field

from orders.order import Order
from packprod.text import caseless, matches


@dataclass(frozen=True, slots=True)
class SearchText:
    """The start of a reference, a whole product code, or starts of words of the customer's name, e-mail or company as
    they stand on the order: whatever it is, it finds.

    `contact_ids` are the few contacts who have the words on an order; None where they are many, or not known.
    """

    text: str
    words: tuple[str, ...]
    contact_ids: frozenset[str] | None = field(repr=False)

    def finds(self, order: Order) -> bool:
        """Whether it is about this order, in any of its meanings."""
        customer = order.customer
        return (
            caseless(order.order_reference).startswith(caseless(self.text))
            or any(item.product_code == self.text for item in order.items)
            or matches(self.words, (customer.name, customer.email, customer.company))
        )
