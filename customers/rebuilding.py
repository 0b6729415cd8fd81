"""Rebuilding one contact's read models."""

from datetime import datetime

from more_itertools import chunked

from customers.read_model import CUSTOMERS
from customers.selectors import is_contact
from orders.selectors import contact_order_ids
from packprod.dynamodb.reads import Partition, query_all
from packprod.errors import NotFound
from packprod.readmodels.rebuild.differences import IDS_PER_CALL, Difference, Look, look_at_buckets, look_at_orders
from packprod.readmodels.rebuild.healing import heal_buckets, heal_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection


def contact_differences(contact_id: str) -> list[Difference]:
    """What is wrong in the projection rows of the contact's orders and in its summary. Raises NotFound."""
    _refuse_unknown(contact_id)
    return [*_order_differences(contact_id), *_summary_differences(contact_id)]


def contact_rebuild(*, contact_id: str, now: datetime) -> int:
    """Mends them; how many rows differed. Raises NotFound."""
    _refuse_unknown(contact_id)
    orders = _order_differences(contact_id)
    touched = heal_orders(orders, now=now)
    summary = _summary_differences(contact_id)
    heal_buckets({*touched, *(one.subject for one in summary)}, now=now)
    return len(orders) + len(summary)


def _refuse_unknown(contact_id: str) -> None:
    if not (contact_id and (is_contact(contact_id) or _order_ids(contact_id) or _summary(contact_id).stored)):
        raise NotFound(f"There is no customer {contact_id[:100]}.")


def _order_ids(contact_id: str) -> set[str]:
    """The orders that name the contact and those that its projection rows claim."""
    bucket = Partition(Projection, hash=("bucket", bucket_id(CUSTOMERS.name, contact_id)))
    return {*contact_order_ids(contact_id), *(row["sourceID"] for row in query_all(bucket, consistent=True))}


def _order_differences(contact_id: str) -> list[Difference]:
    looks = (look for chunk in chunked(sorted(_order_ids(contact_id)), IDS_PER_CALL) for look in look_at_orders(chunk))
    return [difference for look in looks for difference in look.differences]


def _summary_differences(contact_id: str) -> list[Difference]:
    return _summary(contact_id).differences


def _summary(contact_id: str) -> Look:
    return look_at_buckets([bucket_id(CUSTOMERS.name, contact_id)])[0]
