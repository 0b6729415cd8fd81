"""The sweep against time: rows whose segment changes today, or whose ttl draws near, are derived again.

So a customer nobody orders for stays listed for good, as Dormant, with a ttl that never arrives.
"""

from datetime import datetime

from customers.read_model import CUSTOMERS
from customers.selectors import rows_to_refresh
from packprod.dates import business_date
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import summarise_upward


def refresh_due(*, now: datetime) -> int:
    """Refreshes every cache row that is due; returns how many."""
    due = [row["contactID"] for row in rows_to_refresh(business_date(now))]
    summarise_upward([bucket_id(CUSTOMERS.name, contact_id) for contact_id in due], now=now, force=True)
    return len(due)
