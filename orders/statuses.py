"""The statuses of an order, and which of them count: one place, so that every figure agrees."""

from typing import Final

RECEIVED: Final = "received"
PROCESSING: Final = "processing"
SHIPPED: Final = "shipped"
COMPLETED: Final = "completed"
CANCELLED: Final = "cancelled"
REFUNDED: Final = "refunded"

ORDER_STATUSES: Final = (RECEIVED, PROCESSING, SHIPPED, COMPLETED, CANCELLED, REFUNDED)
UNCOUNTED_STATUSES: Final = frozenset({CANCELLED, REFUNDED})


def is_counted(status: str) -> bool:
    """Whether orders of this status count in metrics and reports; a status we do not know counts."""
    return status not in UNCOUNTED_STATUSES
