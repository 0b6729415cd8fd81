"""The order reference: what the business calls an order, and how the import recognises one that is stored already.

An order that we import has an id derived from its reference. Other writers choose their ids; a read model holds their
references, so that the import does not store such an order a second time.
"""

import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.conf import settings

from orders.keys import KEY_LENGTH, SEPARATOR
from orders.order import Order
from orders.rows import MAX_ID_BYTES, is_ours, stored_reference, stored_text
from orders.tables import WebOrder
from packprod.dynamodb.reads import Item, Partition, batch_get, get, query_all, query_page, starts_with
from packprod.readmodels.registry import ProjectionRow, ReadModel, bucket_id
from packprod.readmodels.tables import Projection

_ORDERS = uuid.uuid5(uuid.NAMESPACE_DNS, "orders.packprod")
_OTHERS_KEY = "all"
FRESH_SECONDS = 0.5
FRESH_SECONDS_OF_OTHERS = 60.0
_others: dict[str, tuple[bool, float]] = {}
"""By client: whether other writers have orders, and until when, in monotonic seconds, that passes for fresh."""


def own_order_id(order_reference: str) -> str:
    """The orderID that an order gets when we import it: a UUIDv5 of client and reference."""
    return str(uuid.uuid5(_ORDERS, f"{settings.PACKPROD_CLIENT_ID}\x1f{order_reference}"))


def former_reference(sent: object, order_reference: str) -> str:
    """A sent reference as it was stored before references were normalised; empty where that made no difference."""
    former = sent.strip() if isinstance(sent, str) else str(Decimal(sent)) if isinstance(sent, int | Decimal) else ""
    return former if former != order_reference else ""


def rows_by_others(order: Order) -> Iterable[ProjectionRow]:
    """One row for an order whose id is not derived from its reference."""
    return _row(order.order_reference, order.order_id)


def rows_by_others_broken(item: Item) -> Iterable[ProjectionRow]:
    """The same for a broken order: importing its reference must not make a second order either."""
    return _row(stored_reference(item), item["orderID"])


def _row(order_reference: str, order_id: str) -> Iterable[ProjectionRow]:
    if order_id == own_order_id(order_reference):
        return []
    # The id of a broken order may be too long for a key, but then another id derives from it.
    short_id = order_id if len(order_id.encode()) <= MAX_ID_BYTES else own_order_id(order_id)
    return [ProjectionRow(key=_OTHERS_KEY, row_id=_row_id_start(order_reference) + short_id)]


def _row_id_start(order_reference: str) -> str:
    """The start of the row ids of other writers' orders with exactly this reference."""
    return f"{order_reference[:KEY_LENGTH]}{SEPARATOR}"


ORDERS_BY_OTHERS = ReadModel(
    name="orders-by-others", project=rows_by_others, project_broken=rows_by_others_broken, version=3
)


def rows_respelled(order: Order) -> Iterable[ProjectionRow]:
    """One row for an order whose reference is stored in another spelling than the normalised one."""
    return _row_respelled(order.stored_reference, order.order_reference, order.order_id)


def rows_respelled_broken(item: Item) -> Iterable[ProjectionRow]:
    """The same for a broken order."""
    return _row_respelled(stored_text(item.get("orderReference")), stored_reference(item), item["orderID"])


def _row_respelled(stored: str, reference: str, order_id: str) -> Iterable[ProjectionRow]:
    if stored in ("", reference) or len(order_id.encode()) > MAX_ID_BYTES:
        return []
    return [ProjectionRow(key=_OTHERS_KEY, row_id=_row_id_start(reference) + order_id, data={"reference": reference})]


ORDERS_RESPELLED = ReadModel(
    name="orders-respelled", project=rows_respelled, project_broken=rows_respelled_broken, version=1
)


def shared_references(*, most: int) -> dict[str, list[str]]:
    """The orderIDs of each reference that several orders bear since references are normalised.

    They were different texts when they were stored. Looks at the first `most` references in another spelling; where
    there are none, that costs one read. Raises EngineUnavailable.
    """
    respelled = Partition(Projection, hash=("bucket", bucket_id(ORDERS_RESPELLED.name, _OTHERS_KEY)))
    rows = query_page(respelled, limit=most).items
    references = sorted({row["data"]["reference"] for row in rows})
    own = batch_get(WebOrder, [(own_order_id(one),) for one in references])
    of_own = {stored_reference(item): item["orderID"] for item in own if is_ours(item)}
    others = _others_partition()
    found = {}
    for one in references:
        same = query_all(replace(others, range=starts_with("rowID", _row_id_start(one))))
        found[one] = [*filter(None, [of_own.get(one)]), *(row["sourceID"] for row in same)]
    return {reference: ids for reference, ids in found.items() if len(ids) > 1}


def ids_by_references(order_references: Iterable[str], former_references: Mapping[str, str]) -> dict[str, str]:
    """The orderIDs under which we may have stored these references, each with its reference.

    `former_references` has for some of them the spelling from before references were normalised.
    """
    former = {own_order_id(spelling): reference for reference, spelling in former_references.items()}
    return former | {own_order_id(reference): reference for reference in order_references}


def find_by_references(
    order_references: Sequence[str], former_references: Mapping[str, str], own: Iterable[Item]
) -> dict[str, Item]:
    """The stored rows with exactly these references, whoever wrote them.

    `own` are the rows under `ids_by_references`. Orders of other writers are found through the read model, and so
    about a second after they are written. Whether there are any is read again after FRESH_SECONDS at the latest; where
    there are, each reference that is not found costs a read. Raises EngineUnavailable.
    """
    ids = ids_by_references(order_references, former_references)
    former = {own_order_id(spelling) for spelling in former_references.values()}
    found = {ids[item["orderID"]]: item for item in sorted(own, key=lambda item: item["orderID"] not in former)}
    missing = [reference for reference in order_references if reference not in found]
    if missing and _are_there_others():
        found |= {reference: item for reference in missing if (item := _of_others(reference))}
    return found


def _are_there_others() -> bool:
    """Whether other writers have orders, as of at most FRESH_SECONDS ago; once there are some, for longer."""
    client_id = settings.PACKPROD_CLIENT_ID
    there, fresh_until = _others.get(client_id, (False, 0.0))
    if fresh_until < time.monotonic():
        there = bool(query_page(_others_partition(), limit=1, consistent=True).items)
        _others[client_id] = there, time.monotonic() + (FRESH_SECONDS_OF_OTHERS if there else FRESH_SECONDS)
    return there


def _others_partition() -> Partition:
    return Partition(Projection, hash=("bucket", bucket_id(ORDERS_BY_OTHERS.name, _OTHERS_KEY)))


def _of_others(order_reference: str) -> Item | None:
    same = replace(_others_partition(), range=starts_with("rowID", _row_id_start(order_reference)))
    for row in query_all(same, consistent=True):
        item = get(WebOrder, row["sourceID"])
        if item and is_ours(item) and stored_reference(item) == order_reference:
            return item
    return None
