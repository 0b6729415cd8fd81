"""What a list of orders can be read from: each driver walks one list, from either end: by time, and one by total."""

import heapq
from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from django.conf import settings

from orders.lists import fetched
from orders.products.read_models import PRODUCTS
from orders.read_models import (
    KEY_LENGTH,
    ORDERS_BY_EMAIL,
    ORDERS_BY_REFERENCE,
    ORDERS_BY_STATUS,
    ORDERS_BY_TOTAL,
    TOTAL_KEY,
    reference_shard,
    total_key,
)
from orders.stretches import EARLIEST, LATEST, Stretch, Walk, between, each_once, merged, plainly_timed, slim
from orders.tables import CONTACT_INDEX, DATE_INDEX
from packprod.dynamodb.reads import Partition, query_all, starts_with
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

FEW = 400
FEW_CONTACTS = 20  # as many lists are merged in one request
_LEAST = 10  # rows read at a time from each of many lists
_BEHIND_SEPARATOR = "\x02"  # sorts behind all rows of one total


def by_date(stretch: Stretch) -> Walk:
    """All orders of the client."""
    return merged([plainly_timed(DATE_INDEX, ("clientID", settings.PACKPROD_CLIENT_ID), stretch)], stretch)


def by_contact(stretch: Stretch) -> Walk:
    """The orders of one contact."""
    return merged([plainly_timed(CONTACT_INDEX, ("contactID", stretch.wanted.contact_id), stretch)], stretch)


def by_segment(stretch: Stretch) -> Walk:
    """The orders of the few customers of a segment."""
    return _of_contacts(stretch.wanted.segment_members, stretch)


def _of_contacts(contact_ids: Iterable[str], stretch: Stretch) -> Walk:
    one_by_one = sorted(contact_ids)
    share = replace(stretch, chunk=max(_LEAST, stretch.chunk // max(1, len(one_by_one))))
    return merged([plainly_timed(CONTACT_INDEX, ("contactID", one), share) for one in one_by_one], stretch)


def by_status(stretch: Stretch) -> Walk:
    """The orders of one status."""
    return slim(ORDERS_BY_STATUS.name, stretch.wanted.stored_status[:KEY_LENGTH], stretch)


def by_email(stretch: Stretch) -> Walk:
    """The orders with one e-mail address on them."""
    return slim(ORDERS_BY_EMAIL.name, stretch.wanted.email[:KEY_LENGTH], stretch)


def by_product(stretch: Stretch) -> Walk:
    """The orders with one product."""
    return slim(PRODUCTS.name, stretch.wanted.product_code[:KEY_LENGTH], stretch)


def by_total(stretch: Stretch) -> Walk:
    """All orders of the client by total, between the filter's amounts."""
    wanted = stretch.wanted
    low = EARLIEST if wanted.amount_from is None else total_key(wanted.amount_from)
    high = LATEST if wanted.amount_to is None else total_key(wanted.amount_to) + _BEHIND_SEPARATOR
    if stretch.after:
        low, high = (low, stretch.after[0]) if stretch.descending else (stretch.after[0], high)
    return between(low, high, ORDERS_BY_TOTAL.name, TOTAL_KEY, stretch)


def by_reference(stretch: Stretch) -> Walk:
    """The few orders whose reference starts alike, sorted here."""
    rows = query_all(references(stretch.wanted.reference_prefix), page_size=FEW)
    in_order = sorted(((row["data"]["time"], row["sourceID"]) for row in rows), reverse=stretch.descending)
    waiting = (([time], order_id) for time, order_id in in_order if stretch.is_behind([time]))
    return fetched(waiting, chunk=stretch.chunk)


def by_text(stretch: Stretch) -> Walk:
    """The orders that a text finds by reference, by product or by customer, each once. Positions are those of the list
    by date, which it goes on from where the customers have become too many between two pages."""
    text = stretch.wanted.text
    if text is None or text.contact_ids is None:
        return by_date(stretch)
    alike = replace(stretch, wanted=replace(stretch.wanted, search=text.text, product_code=text.text))
    named = [_of_contacts(text.contact_ids, stretch)] if text.contact_ids else []
    walks = [by_reference(alike), by_product(alike), *named]
    return each_once(heapq.merge(*walks, key=itemgetter(0), reverse=stretch.descending))


def references(prefix: str) -> Partition:
    """The slim rows of the references that start with a case-folded prefix."""
    return Partition(
        Projection,
        hash=("bucket", bucket_id(ORDERS_BY_REFERENCE.name, reference_shard(prefix))),
        range=starts_with("rowID", prefix[:KEY_LENGTH]),
    )
