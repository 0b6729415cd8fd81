"""The sweep against time: rows whose segment changes today, or whose ttl draws near, are derived again.

So a customer nobody orders for stays listed for good, as Dormant, with a ttl that never arrives.
"""

from datetime import datetime

from customers.listing import overdue_rows
from customers.read_model import CUSTOMERS
from packprod.dates import business_date
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise_upward


def refresh_due(*, now: datetime) -> int:
    """Refreshes every overdue cache row; returns how many."""
    due = [row["contactID"] for row in overdue_rows(business_date(now))]
    summarise_upward([bucket_id(CUSTOMERS.name, contact_id) for contact_id in due], now=now, force=True)
    return len(due)
