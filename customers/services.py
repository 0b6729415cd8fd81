"""Derives customers' rows afresh from their orders and stores them.

What is missing or damaged is computed when it is read, and mended as soon as the stream of the cache tells of it: other
programs write there, too (docs/adr/0035). Rows that time alone changes are refreshed by a sweep: when
their segment changes, or before their ttl arrives, so that a customer who no longer orders stays listed as Dormant.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from email_validator import EmailNotValidError, validate_email
from more_itertools import chunked
from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import And, Condition
from pynamodb.expressions.update import Action

from customers.cache_owners import anothers_contacts, own_rows
from customers.cache_row import customer_id
from customers.contact_index.services import contact_changes_index, key_operations
from customers.contact_row import FIELDS, LONGEST, changed_contacts, contact_data, is_our_contact
from customers.read_model import CUSTOMERS
from customers.selectors import (
    both_rows,
    cached_row,
    computed_row,
    contact_order_differences,
    contact_row,
    contact_summary_differences,
    is_published,
    listed_row,
    require_rebuildable,
    rows_to_refresh,
)
from customers.tables import Contact, CustomerMetrics, ListedCustomer
from orders.contact_aliases import effective_contact
from orders.selectors import contact_order_ids
from packprod.dates import business_date, format_instant
from packprod.dynamodb.errors import ConditionFailed, TableMissing, TransactionCancelled
from packprod.dynamodb.reads import BATCH_SIZE, Item, Partition, query_all
from packprod.dynamodb.streams import Record
from packprod.dynamodb.writes import check, delete, settle, transact, update
from packprod.errors import EditConflict, FieldProblem, InvalidInput, NotFound
from packprod.observability import metrics
from packprod.readmodels.projection import project as project_orders
from packprod.readmodels.rebuild.healing import heal_buckets, heal_orders
from packprod.readmodels.registry import bucket_id
from packprod.readmodels.summary import mark_known, summarise, summarise_upward
from packprod.text import normal_email, normal_phone, normal_text

log = structlog.get_logger(__name__)


def customer_row(contact_id: str, *, now: datetime) -> tuple[Item, bool]:
    """A customer's row, and whether the cache had it. One that is missing or damaged there is computed and stored.

    For a contact that was merged it is the row of the one that is left. Raises NotFound for a contact without orders
    that count.
    """
    contact_id = effective_contact(contact_id)
    row = cached_row(contact_id)
    if row is not None:
        return row, True
    return _republished(contact_id, now=now) or customer_row_compute(contact_id=contact_id, now=now), False


def listed_row_or_computed(contact_id: str, *, now: datetime) -> Item:
    """A customer's row in the list of customers, whatever the cache says. A missing or damaged one is computed from
    the orders and stored.

    Raises NotFound for a contact without orders that count.
    """
    row = None
    with suppress(TableMissing):
        row = listed_row(contact_id)
    return row or customer_row_compute(contact_id=contact_id, now=now)


def _republished(contact_id: str, *, now: datetime) -> Item | None:
    """Mends the cache's row from the list of customers; returns the row. None if it is not in the list either."""
    row = None
    with suppress(TableMissing):
        row = listed_row(contact_id)
        if row is not None:
            cache_rows_mend(contact_ids=[contact_id], now=now)
            row = listed_row(contact_id)
    return row


def cache_rows_mend(*, contact_ids: Iterable[str], now: datetime) -> int:
    """Makes the cache say of these contacts what the list of customers says; returns how many rows it mended.

    A row that is missing, or not as we write it, is written anew; that of a contact of ours without orders that count
    is removed. Rows of other clients stay. Raises EngineUnavailable.
    """
    rows = both_rows(list(dict.fromkeys(contact_ids)))
    differing = [one for one, (listed, cached) in rows.items() if listed and not is_published(listed, cached)]
    anothers = anothers_contacts([rows[one][1] for one in differing])
    wrong = [one for one in differing if one not in anothers]
    summarise([bucket_id(CUSTOMERS.name, one) for one in wrong], now=now, rewritten=(CustomerMetrics,))
    unlisted = own_rows([cached for listed, cached in rows.values() if cached and not listed])
    count = len(wrong) + sum(_remove_unlisted(row["contactID"]) for row in unlisted)
    metrics.CACHE_ROWS_MENDED.inc(count)
    return count


def _remove_unlisted(contact_id: str) -> bool:
    """Removes a row of the cache unless an order has begun to count meanwhile; returns whether it was removed."""
    unlisted = ListedCustomer.customer_id.does_not_exist()
    try:
        transact(
            [check(ListedCustomer(customer_id(contact_id)), condition=unlisted), delete(CustomerMetrics(contact_id))]
        )
    except TransactionCancelled:
        return False
    return True


def cache_changes_mend(records: Sequence[Record], now: datetime) -> set[str]:
    """Mends what other programs wrote into the cache, as its stream tells; changes of our own are found to be right."""
    name = CustomerMetrics.key_names()[0]
    contact_ids = dict.fromkeys(record.key_value(name) for record in records)
    count = sum(cache_rows_mend(contact_ids=chunk, now=now) for chunk in chunked(contact_ids, BATCH_SIZE // 2))
    if count:
        log.warning("mended rows of the metrics cache that somebody else wrote", count=count)
    return set()


def contact_changes_follow(records: Sequence[Record], now: datetime) -> set[str]:
    """Works off changes of contacts: the index by which they are found, and their customers; returns the summaries."""
    contact_changes_index(records)
    return contact_changes_mark(records, now)


def contact_changes_mark(records: Sequence[Record], now: datetime) -> set[str]:
    """Marks the customers dirty whose contact's name, e-mail, company or phone has changed; returns their summaries."""
    return mark_known((bucket_id(CUSTOMERS.name, one) for one in changed_contacts(records)), now=now)


def customer_row_compute(*, contact_id: str, now: datetime) -> Item:
    """Derives a customer's row and stores it; without a cache table, the row is only returned.

    Raises NotFound for a contact without orders that count.
    """
    order_ids = contact_order_ids(contact_id)
    row = _computed_and_stored(contact_id, order_ids, now=now) if order_ids else None
    if row is None:
        raise NotFound(f"There is no customer {contact_id[:100]} with orders that count.")
    return row


def customer_rows_mend(*, contact_ids: Iterable[str], now: datetime) -> None:
    """Derives damaged rows afresh and stores them."""
    for contact_id in contact_ids:
        _computed_and_stored(contact_id, contact_order_ids(contact_id), now=now)


def _computed_and_stored(contact_id: str, order_ids: Sequence[str], *, now: datetime) -> Item | None:
    try:
        project_orders(order_ids, now=now, force=True)
        summarise_upward([bucket_id(CUSTOMERS.name, contact_id)], now=now, force=True)
        stored = cached_row(contact_id)
    except TableMissing:
        stored = None
    return stored or computed_row(contact_id, order_ids, now=now)


def customer_rows_refresh(*, now: datetime) -> int:
    """Refreshes the rows whose segment changes today or that would expire soon; returns how many."""
    due = [row["contactID"] for row in rows_to_refresh(business_date(now))]
    summarise_upward([bucket_id(CUSTOMERS.name, contact_id) for contact_id in due], now=now, force=True)
    return len(due)


def contact_rebuild(*, contact_id: str, now: datetime) -> int:
    """Mends what differs from the orders in a contact's read models; returns how many rows did. Raises NotFound."""
    contact_id = effective_contact(contact_id)
    require_rebuildable(contact_id)
    orders = contact_order_differences(contact_id)
    touched = heal_orders(orders, now=now)
    summary = contact_summary_differences(contact_id)
    heal_buckets({*touched, *(one.subject for one in summary)}, now=now)
    return len(orders) + len(summary)


def contact_edit(*, contact_id: str, seen: Mapping[str, str], fields: Mapping[str, str], now: datetime) -> list[str]:
    """Changes a contact's name, e-mail, company and phone; returns the names of the fields that changed.

    `seen` holds the fields as the editor saw them (`contact_row.contact_data`). An empty text removes a field; whatever
    else is in the row stays. Raises NotFound, InvalidInput, EditConflict if somebody changed the contact meanwhile,
    EngineUnavailable.
    """
    row = contact_row(contact_id)
    if row is None:
        raise NotFound(f"There is no contact {contact_id[:100]}.")
    present = contact_data(row)
    if {name: present.get(name, "") for name in FIELDS} != {name: seen.get(name, "") for name in FIELDS}:
        raise EditConflict("Somebody changed this contact since you looked at it. Nothing was written; look again.")
    new = {name: _checked(name, fields[name]) for name in FIELDS if fields[name] != present.get(name, "")}
    changed = {name: text for name, text in new.items() if text != present.get(name, "")}
    if changed:
        _refuse_taken(contact_id, changed.get("email", ""))
        _write_contact(row, changed, now=now)
    return list(changed)


def _checked(name: str, text: str) -> str:
    """The text as it is stored. Raises InvalidInput naming the field."""
    stored = normal_email(text) if name == "email" else normal_text(text)
    problem = ""
    if len(stored) > LONGEST:
        problem = f"At most {LONGEST} characters."
    elif name == "email" and stored and not _is_address(stored):
        problem = "This is no e-mail address."
    elif name == "phone" and stored and not normal_phone(stored, settings.PACKPROD_COUNTRY):
        problem = "This is no phone number that reaches one person from anywhere."
    if problem:
        raise InvalidInput(problem, problems=[FieldProblem(name, "invalid", problem)])
    return stored


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        return False
    return True


def _refuse_taken(contact_id: str, email: str) -> None:
    """Raises InvalidInput if another contact of ours has the address: then both are to be joined instead."""
    found = query_all(Partition(Contact, index="email-index", hash=("email", email))) if email else ()
    if any(is_our_contact(one) and one["contactID"] != contact_id for one in found):
        message = "Another customer has this e-mail address; join both customers instead."
        raise InvalidInput(message, problems=[FieldProblem("email", "taken", message)])


def _write_contact(row: Item, changed: Mapping[str, str], *, now: datetime) -> None:
    actions: list[Action] = [Contact.updated_at.set(format_instant(now))]
    condition: Condition = Contact.client_id == settings.PACKPROD_CLIENT_ID
    for name, text in changed.items():
        attribute = getattr(Contact, name)
        actions.append(attribute.set(text) if text else attribute.remove())
        condition = And(condition, _as_it_was(attribute, row.get(name), in_row=name in row))
    change = update(Contact(row["contactID"]), actions=actions, condition=condition)
    try:
        transact([change, *key_operations(row, {**row, **changed})])
    except ConditionFailed as exc:
        raise EditConflict("Somebody is changing this contact just now; look again.") from exc
    settle()
    summary = bucket_id(CUSTOMERS.name, row["contactID"])
    summarise_upward(mark_known([summary], now=now), now=now)


def _as_it_was(attribute: Attribute[Any], value: Any, *, in_row: bool) -> Condition:
    """The condition that an attribute has not changed; of another program's value of another type, that it exists."""
    if isinstance(value, str):
        return attribute == value
    return attribute.exists() if in_row else attribute.does_not_exist()
