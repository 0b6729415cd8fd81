"""Rebuilding one contact's read models."""

from datetime import datetime

from customers.read_model import CUSTOMERS
from orders.selectors import contact_order_ids
from packprod.dynamodb.reads import Partition, query_all
from packprod.readmodels.healing import heal_buckets, heal_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection
from packprod.readmodels.verify import Difference, check_bucket, check_order


def contact_differences(contact_id: str) -> list[Difference]:
    """What is wrong in the slim rows of the contact's orders and in its summary."""
    return [*_order_differences(contact_id), *check_bucket(bucket_id(CUSTOMERS.name, contact_id))]


def contact_rebuild(*, contact_id: str, now: datetime) -> int:
    """Mends them; how many rows differed."""
    orders = _order_differences(contact_id)
    touched = heal_orders(orders, now=now)
    summary = check_bucket(bucket_id(CUSTOMERS.name, contact_id))
    heal_buckets({*touched, *(one.subject for one in summary)}, now=now)
    return len(orders) + len(summary)


def _order_differences(contact_id: str) -> list[Difference]:
    """Over the orders that name the contact and those that its slim rows claim."""
    bucket = Partition(Projection, hash=("bucket", bucket_id(CUSTOMERS.name, contact_id)))
    order_ids = {
        *contact_order_ids(contact_id),
        *(row["sourceID"] for row in query_all(bucket, consistent=True)),
    }
    return [difference for order_id in sorted(order_ids) for difference in check_order(order_id)]
