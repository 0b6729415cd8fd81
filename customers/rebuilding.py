"""Rebuilding one contact's read models."""

from datetime import datetime

from customers.read_model import CUSTOMERS
from orders.selectors import contact_order_ids
from packprod.dynamodb.reads import Partition, query_all
from packprod.readmodels.chunks import chunks
from packprod.readmodels.differences import Difference, look_at_buckets, look_at_orders
from packprod.readmodels.healing import heal_buckets, heal_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection


def contact_differences(contact_id: str) -> list[Difference]:
    """What is wrong in the slim rows of the contact's orders and in its summary."""
    return [*_order_differences(contact_id), *_summary_differences(contact_id)]


def contact_rebuild(*, contact_id: str, now: datetime) -> int:
    """Mends them; how many rows differed."""
    orders = _order_differences(contact_id)
    touched = heal_orders(orders, now=now)
    summary = _summary_differences(contact_id)
    heal_buckets({*touched, *(one.subject for one in summary)}, now=now)
    return len(orders) + len(summary)


def _order_differences(contact_id: str) -> list[Difference]:
    """Over the orders that name the contact and those that its slim rows claim."""
    bucket = Partition(Projection, hash=("bucket", bucket_id(CUSTOMERS.name, contact_id)))
    order_ids = {
        *contact_order_ids(contact_id),
        *(row["sourceID"] for row in query_all(bucket, consistent=True)),
    }
    looks = (look for chunk in chunks(sorted(order_ids)) for look in look_at_orders(chunk))
    return [difference for look in looks for difference in look.differences]


def _summary_differences(contact_id: str) -> list[Difference]:
    return look_at_buckets([bucket_id(CUSTOMERS.name, contact_id)])[0].differences
