"""Who may see what, and who may take it away as a file: one table for the API, the admin and its links.

It holds for people, who have Django's permissions. Programs have a token, and a token's scopes: `api:read` reads
everything and may take files.

A permission to change what a page shows includes the one to view it, as in Django's admin. What names customers needs
the permission to view customers, too, besides its own; what an order itself says of who ordered it belongs to the
order.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rights:
    """The permissions to view something, all of which are needed; and those that a file of it needs besides."""

    view: tuple[str, ...]
    export: tuple[str, ...]


def lacking(user: Any, permissions: tuple[str, ...]) -> str:
    """The first of the permissions that a user lacks; empty where none is."""
    return next((one for one in permissions if not _has(user, one)), "")


def may(user: Any, permissions: tuple[str, ...]) -> bool:
    """Whether a user has all the permissions."""
    return not lacking(user, permissions)


def _has(user: Any, permission: str) -> bool:
    change = permission.replace(".view_", ".change_")
    return any(user.has_perm(one) for one in dict.fromkeys((permission, change)))


def _of(model: str, *also: str) -> Rights:
    app, name = model.split(".")
    return Rights((f"{app}.view_{name}", *also), (f"{app}.export_{name}",))


ORDERS = _of("orders.order")
PRODUCTS = _of("orders.product")
CUSTOMERS = _of("customers.customer")
PRODUCT_ORDERS = Rights((*PRODUCTS.view, *ORDERS.view), ORDERS.export)
CUSTOMER_ORDERS = Rights((*CUSTOMERS.view, *ORDERS.view), ORDERS.export)
PRODUCT_CUSTOMERS = Rights((*PRODUCT_ORDERS.view, *CUSTOMERS.view), CUSTOMERS.export)
BULK_CHANGES = Rights(("orders.view_bulkstatuschange",), ORDERS.export)

OVERVIEW = _of("reports.overview")
TOP_CUSTOMERS = Rights((*OVERVIEW.view, *CUSTOMERS.view), OVERVIEW.export)
SALES = _of("reports.sales")
SOLD_PRODUCTS = _of("reports.products")
STATISTICS = _of("reports.statistics")
COHORTS = _of("reports.cohorts")
OVERDUE_REORDERS = _of("reports.overduereorders", *CUSTOMERS.view)
PERFORMANCE = _of("reports.performance")
DATA_HEALTH = _of("reports.datahealth")
LIKELY_DUPLICATES = _of("customers.likelyduplicate", *CUSTOMERS.view)

_PAGES = {
    "orders.bulkstatuschange": BULK_CHANGES,
    "reports.overduereorders": OVERDUE_REORDERS,
    "customers.likelyduplicate": LIKELY_DUPLICATES,
}


def rights_of(model: str) -> Rights:
    """The rights of the pages of a model (`orders.order`)."""
    return _PAGES.get(model) or _of(model)
