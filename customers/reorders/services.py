"""Moves expected reorders that time has made lost to the others that are."""

from datetime import datetime

from customers.reorders.read_model import REORDERS
from customers.reorders.selectors import rows_lost_unmoved
from packprod.dates import business_date
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise_upward


def lost_reorders_move(*, now: datetime) -> int:
    """Derives the customers afresh of whom an order has become lost by today; returns how many they are."""
    contacts = sorted({row["contactID"] for row in rows_lost_unmoved(business_date(now))})
    summarise_upward([bucket_id(REORDERS.name, one) for one in contacts], now=now, force=True)
    return len(contacts)
