"""The list that a bulk change collects, as it is stored: it comes back whole, also from before it was a list."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any, get_type_hints

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from orders.admin.order_list import PARKED, listing_of_query
from orders.bulk.collecting import listing_as_json, listing_from_json
from orders.bulk.models import BulkStatusChange
from orders.bulk.services import bulk_change_step
from orders.lists.filter import OrderFilter
from orders.lists.listing import OrderListing
from packprod.admin.table_model import TableQuery
from packprod.readmodels.projection import project

migration = import_module("orders.migrations.0003_bulk_changes_store_their_list")
QUERIES = [
    TableQuery(),
    TableQuery({"status": "received", "source": "n8n", "contact": "c-1", "product": "BOX-1"}),
    TableQuery({"status": "counted", "amount_from": "0", "amount_to": "99.50"}, sort="total"),
    TableQuery({"from": "2025-10-01", "to": "2025-10-05"}, sort="created_at", descending=True),
    *(TableQuery({"date": name, "from": "2025-10-02"}) for name in ("today", "yesterday", "last_7_days")),
    *(TableQuery({"date": name}) for name in ("last_30_days", "month_to_date", "last_month", "year_to_date")),
    TableQuery(search="ann@example.com", sort="total", descending=True),
    TableQuery({"segment": "Active"}, search="Harbour Ca"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_stored_list_comes_back_whole(query: TableQuery, now: datetime, client_id: str) -> None:
    listing = listing_of_query(query, now=now)
    assert listing is not None
    assert listing_from_json(listing_as_json(listing), now=now) == listing


def test_no_field_of_a_filter_is_forgotten(now: datetime, client_id: str) -> None:
    examples: dict[Any, Any] = {str: "some", datetime | None: now, Decimal | None: Decimal("1.50"), int | None: 0}
    types = get_type_hints(OrderFilter)
    fields = {name: examples[types[name]] for name in types if name not in ("segment", "segment_members", "search")}
    listing = OrderListing(OrderFilter(**fields))
    assert listing_from_json(listing_as_json(listing), now=now) == listing


@pytest.mark.parametrize("query", QUERIES)
def test_what_was_stored_before_is_the_same_list(query: TableQuery, now: datetime, client_id: str) -> None:
    """A named range is that of the day when the change was begun."""
    listing = listing_of_query(query, now=now)
    assert listing is not None
    assert listing_from_json(migration.stored_list(query.as_json(), now), now=now) == listing


@pytest.fixture
def unfinished(
    imported: Callable[..., Any], make_order: Callable[..., Any], now: datetime, db: None
) -> Callable[..., BulkStatusChange]:
    """A change that the version before left behind while it was being collected; three orders are received."""
    results = imported(*(make_order(f"B-{number}") for number in range(3)), make_order("DONE", status="completed"))
    project([one.outcome.order_id for one in results], now=now)
    anna = User.objects.create(username="anna")

    def left_behind(query: TableQuery, position: Any = None) -> BulkStatusChange:
        return BulkStatusChange.objects.create(
            selection="some", query=query.as_json(), position=position, user=anna, created_by="anna", created_at=now
        )

    return left_behind


@pytest.mark.parametrize("position", [None, ["a position of another kind"]])
def test_a_change_of_the_version_before_is_collected_on(
    position: Any, unfinished: Callable[..., BulkStatusChange], now: datetime
) -> None:
    change = unfinished(TableQuery({"status": "received"}), position)
    migration.store_lists(apps, None)
    assert not bulk_change_step(change_id=change.pk, now=now)
    change.refresh_from_db()
    assert (change.state, change.items.count()) == ("ready", 3)


def test_of_parked_rows_there_is_nothing_to_collect(unfinished: Callable[..., BulkStatusChange], now: datetime) -> None:
    change = unfinished(TableQuery({"status": PARKED}))
    migration.store_lists(apps, None)
    change.refresh_from_db()
    assert (change.state, change.items.count()) == ("ready", 0)
    assert listing_of_query(TableQuery({"status": PARKED}), now=now) is None
