"""A contact of whom no order counts: in no list and no figure of customers, but somebody whose orders there are."""

from dataclasses import dataclass

from customers.selectors import contact_row
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list


@dataclass(frozen=True, slots=True)
class UncountedContact:
    """Who it is; empty strings where nobody said."""

    contact_id: str
    name: str
    email: str
    company: str
    phone: str


def uncounted_contact(contact_id: str) -> UncountedContact | None:
    """By the newest order, and where that is silent as the contact itself has it; None for an id that neither knows.

    The caller has looked for counted orders. Raises EngineUnavailable.
    """
    row = contact_row(contact_id)
    newest = order_list(OrderFilter(contact_id=contact_id), limit=1).items
    if row is None and not newest:
        return None

    def said(name: str) -> str:
        on_order = getattr(newest[0].customer, name) if newest else ""
        return on_order or str((row or {}).get(name) or "")

    return UncountedContact(contact_id, said("name"), said("email"), said("company"), said("phone"))
