"""Whose a row of the metrics cache is: other clients may share the table, and other programs write rows that name no
client."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from customers.tables import Contact, CustomerMetrics
from packprod.dynamodb.reads import Item, Partition, batch_get, query_page
from packprod.dynamodb.tables import Table
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.tables import Projection

READ_MODEL = "customer"


def is_anothers(cached: Item | None) -> bool:
    """Whether a row of the cache names another client."""
    return _is_anothers_name((cached or {}).get("clientID"))


def _is_anothers_name(owner: Any) -> bool:
    return isinstance(owner, str) and owner not in ("", settings.PACKPROD_CLIENT_ID)


def anothers_contacts(cached: Sequence[Item | None]) -> set[str]:
    """The contactIDs of the rows that name another client, without the contacts that are this client's own."""
    named = [row["contactID"] for row in cached if row and is_anothers(row)]
    contacts = batch_get(Contact, [(one,) for one in named])
    return set(named) - {row["contactID"] for row in contacts if row.get("clientID") == settings.PACKPROD_CLIENT_ID}


def own_rows(cached: Sequence[Item]) -> list[Item]:
    """The rows of the cache that are this client's.

    A row that names no client belongs to the client of its contact; if there is no such contact, to this client if it
    has orders of that contactID. Costs a read for all contacts, and one for each that there is no row of.
    """
    rows = [row for row in cached if not is_anothers(row)]
    nameless = [row["contactID"] for row in rows if row.get("clientID") != settings.PACKPROD_CLIENT_ID]
    contacts = {row["contactID"]: row.get("clientID") for row in batch_get(Contact, [(one,) for one in nameless])}
    return [row for row in rows if row.get("clientID") == settings.PACKPROD_CLIENT_ID or _is_ours(row, contacts)]


def _is_ours(row: Item, owners: dict[str, Any]) -> bool:
    contact_id = row["contactID"]
    if contact_id in owners:
        return bool(owners[contact_id] == settings.PACKPROD_CLIENT_ID)
    bucket = Partition(Projection, hash=("bucket", bucket_id(READ_MODEL, contact_id)))
    return bool(query_page(bucket, limit=1, consistent=True).items)


def claimed_rows(table: type[Table], rows: Sequence[Item]) -> list[Item]:
    """Of rows that do not name this client, those that are about it all the same (`ReadModel.claims`)."""
    return own_rows(rows) if table is CustomerMetrics else []
