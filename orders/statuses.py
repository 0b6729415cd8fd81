"""The statuses of an order, and which of them count: defined here alone, so that every figure and every form agrees."""

from typing import Final

RECEIVED: Final = "received"
PROCESSING: Final = "processing"
SHIPPED: Final = "shipped"
COMPLETED: Final = "completed"
CANCELLED: Final = "cancelled"
REFUNDED: Final = "refunded"

ORDER_STATUSES: Final = (RECEIVED, PROCESSING, SHIPPED, COMPLETED, CANCELLED, REFUNDED)
UNCOUNTED_STATUSES: Final = frozenset({CANCELLED, "canceled", "void", "voided", REFUNDED})
"""Orders of these count nowhere; what other writers call a cancelled order is among them."""


def is_counted(status: str) -> bool:
    """Whether orders of this status count in metrics and reports; a status we do not know counts."""
    return status not in UNCOUNTED_STATUSES


def is_known(status: str) -> bool:
    """Whether a stored status is one of ours, or another writer's word for one."""
    return status in ORDER_STATUSES or status in UNCOUNTED_STATUSES


def status_name(status: str) -> str:
    """A stored status as staff read it."""
    return status.replace("_", " ").capitalize()


def status_choices() -> list[tuple[str, str]]:
    """Every status and its name, for forms and models. Models name this function: a new status needs no migration."""
    return [(status, status_name(status)) for status in ORDER_STATUSES]
