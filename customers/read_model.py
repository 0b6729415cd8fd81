"""The read model by customer: the list of customers, the metrics cache, and the index of the words that find a contact:
those of the name, e-mail, company and phone on each order, and of the contact."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from customers.cache_owners import READ_MODEL, claimed_rows
from customers.cache_row import rows_of_customer
from customers.contact_row import CONTACT, JOINED, contacts_of_summaries
from customers.metrics import CountedOrder
from customers.order_sums import Names, OrderSums, counted_contribution, uncounted_contribution
from customers.population.read_model import population_rows
from customers.tables import CustomerMetrics, ListedCustomer
from orders.keys import KEY_LENGTH, newest_first_key
from orders.order import Order
from orders.statuses import is_counted
from packprod.dates import format_instant, parse_instant
from packprod.dynamodb.reads import Item
from packprod.dynamodb.tables import Table
from packprod.readmodels.changes import Change, Contribution
from packprod.readmodels.lists.search_index import ANY_WORD, SearchEntry, search_entries
from packprod.readmodels.lists.search_query import contact_words
from packprod.readmodels.registry import Bucket, BucketEnds, Fold, ProjectionRow, ReadModel
from packprod.readmodels.tables import Sums

SEARCH_KIND = "customer"
MOST_WORDS = 200  # of former names: a contact that many people order through may have thousands


def project(order: Order) -> Iterable[ProjectionRow]:
    """One projection row per order in its customer's bucket; for an order that does not count, only the names on it."""
    customer = order.customer
    names = {
        "name": customer.name,
        "email": customer.email,
        "company": customer.company,
        **({"phone": customer.phone} if customer.phone else {}),
    }
    figures = _figures(order) if is_counted(order.status) else {}
    return [ProjectionRow(key=order.contact_id, row_id=newest_first_key(order), data=figures | names)]


def _figures(order: Order) -> dict[str, Any]:
    """`products` are for expected reorders (`customers.reorders.read_model`)."""
    return {
        "products": sorted({item.product_code[:KEY_LENGTH] for item in order.items}),
        "orderID": order.order_id,
        "orderReference": order.order_reference,
        "createdAt": format_instant(order.created_at),
        "total": order.total,
    }


def counted_order(data: dict[str, Any]) -> CountedOrder | None:
    """The order in a projection row; None if it does not count."""
    if "total" not in data:
        return None
    return CountedOrder(
        order_id=data["orderID"],
        order_reference=data["orderReference"],
        created_at=parse_instant(data["createdAt"]),
        total=data["total"],
        name=data["name"],
        email=data["email"],
        company=data["company"],
        phone=data.get("phone", ""),
    )


def contribution(data: dict[str, Any]) -> Contribution:
    """What a projection row adds to the sums of its customer."""
    order = counted_order(data)
    return counted_contribution(order) if order else uncounted_contribution(_names(data))


def summarise(bucket: Bucket, rows: list[dict[str, Any]], now: datetime) -> list[Table]:
    """The rows of the list and of the cache, the population's rows and the search entries; without counted orders only
    the search entries. The data of the contact are among the rows."""
    sums = OrderSums.of(contribution(row) for row in rows if CONTACT not in row)
    return _rows(bucket, sums, [row for row in rows if CONTACT in row], now)


def fold(bucket: Bucket, kept: list[Item], change: Change, ends: BucketEnds, now: datetime) -> Sequence[Table] | None:
    """The same rows, given the sums as they are stored and what changes in them."""
    if not kept:
        return None
    sums = OrderSums.restored(kept)
    for one in change.added:
        sums.add(one)
        sums.widen(one)
    unclear = False
    for one in change.removed:
        unclear |= sums.is_at_an_end(one)
        sums.add(one, -1)
    if unclear and not sums.look_at(ends, contribution):
        return None
    return _rows(bucket, sums, ends.further, now)


def _rows(bucket: Bucket, sums: OrderSums, further: Sequence[dict[str, Any]], now: datetime) -> list[Table]:
    if not sums.rows:
        return []
    contact_id = bucket.key
    known = further[0] if further else {CONTACT: {}, JOINED: []}
    joined = [_names(one) for one in known[JOINED]]
    on_orders = joined + [names for names, count in sums.names.items() if count]
    if not sums.orders:
        return [*contact_entries(contact_id, None, on_orders), *sums.stored(bucket)]
    metrics = sums.metrics(known[CONTACT])
    joined_words = chain.from_iterable(contact_words(*one) for one in joined)
    return [
        *rows_of_customer(contact_id, metrics, joined_words=joined_words, now=now),
        *population_rows(contact_id, sums.months, metrics, source_id=bucket.bucket_id),
        *contact_entries(contact_id, (metrics.name, metrics.email, metrics.company, metrics.phone), on_orders),
        *sums.stored(bucket),
    ]


def _names(contact: dict[str, str]) -> Names:
    return contact.get("name", ""), contact.get("email", ""), contact.get("company", ""), contact.get("phone", "")


def contact_entries(contact_id: str, present: Names | None, on_orders: Iterable[Names]) -> list[SearchEntry]:
    """The index rows of a contact. If its orders have more than MOST_WORDS words, one entry that any word finds."""
    filed = dict.fromkeys(contact_words(*present) if present else ())
    former = dict.fromkeys(word for names in dict.fromkeys(on_orders) for word in contact_words(*names))
    filed |= former if len(former) <= MOST_WORDS else {ANY_WORD: None}
    return search_entries(SEARCH_KIND, contact_id, filed)


CUSTOMERS = ReadModel(
    name=READ_MODEL,
    project=project,
    summarise=summarise,
    summary_tables=(ListedCustomer, CustomerMetrics, SearchEntry, Sums),
    fold=Fold(contribution, fold, kept_in=(Sums,)),
    depends_on=(
        "PACKPROD_TIME_ZONE",
        "PACKPROD_CURRENCY",
        "PACKPROD_COUNTRY",
        "PACKPROD_VIP_SPEND",
        "PACKPROD_VIP_ORDERS",
        "PACKPROD_NEW_DAYS",
        "PACKPROD_DORMANT_DAYS",
    ),
    claims=claimed_rows,
    further_data=contacts_of_summaries,
    queue="customers",
    logs=True,
    version=8,
)
