"""The table of listed orders: what its rows hold, and what lists show while it is not built yet."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orders.lists.filter import OrderFilter, searched
from orders.lists.listing import order_list
from orders.tables import ListedOrder, WebOrder
from packprod.dynamodb.reads import scan_all
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.rebuild.rebuilding import rebuild
from packprod.readmodels.rebuild.verify import verify
from packprod.readmodels.registry import ProjectionRow
from packprod.readmodels.tables import Projection, projection_item
from tests.orders.foreign import delete_row, put_order, put_row
from tests.orders.ledger import NOW

CaughtUp = Callable[[], None]


def listed(client_id: str) -> dict[str, dict[str, Any]]:
    """The rows of the client's listed orders by key."""
    return {row["listedID"]: row for row in scan_all(ListedOrder) if row["clientID"] == client_id}


def test_an_order_has_one_row_and_one_for_each_further_form_of_its_reference(
    client_id: str, caught_up: CaughtUp
) -> None:
    one, two = put_order(orderReference="WEB-1"), put_order(orderReference="Order 1001")
    put_order(total="broken")
    caught_up()
    rows = listed(client_id)
    assert sorted((row["sourceID"], "json" in row) for row in rows.values()) == sorted(
        [(one["orderID"], True), (two["orderID"], True), (two["orderID"], False)]
    )
    delete_row(WebOrder, two["orderID"])
    put_row(WebOrder, one | {"status": "shipped"})
    caught_up()
    (row,) = listed(client_id).values()
    assert row["statusPartition"] == f"{client_id}#shipped"


@pytest.mark.usefixtures("unthrottled")
@pytest.mark.parametrize("few", [20, 1])
def test_answers_are_the_same_bytes_with_and_without_the_table(
    client_id: str, caught_up: CaughtUp, reader: Client, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Before it is built, lists by status, of segments and of searches are walked by date; products' orders are read
    from their own rows. Once it is, the lists of `few` customers are merged."""
    for module in ("filter", "listing"):
        monkeypatch.setattr(f"orders.lists.{module}.FEW_CONTACTS", few)
    monkeypatch.setattr("orders.lists.filter.FEW_WITH_JSON", 2)
    for number in range(12):
        put_order(
            orderReference=f"#{number}",
            status="shipped" if number % 2 else "on_hold",
            total=f"{number}.5",
            createdAt=f"2025-10-20T10:{number:02d}:00Z",
            customer={"name": "A <b> & NaN", "email": f"a{number}@example.com"},
            extra={"po": Decimal("1.50")},
        )
    caught_up()
    paths = [
        *("/api/orders?limit=3&status=shipped", "/api/orders?limit=3&status=on_hold&order=asc"),
        *("/api/products/TAPE-48/orders?limit=5", "/api/orders?search=%231&limit=1"),
        *("/api/orders?search=nan&limit=5", "/api/orders?search=nan&limit=5&order=asc&status=shipped"),
        *("/api/orders?segment=Dormant&limit=5", "/api/orders?segment=Dormant&limit=2&order=asc&status=on_hold"),
    ]
    before = {path: data(reader, path) for path in paths}
    record_built()
    assert {path: data(reader, path) for path in paths} == before
    assert all(len(pages) > 1 for pages in before.values())
    assert reader.get("/api/orders?sort=total").json()["total"] == 12


def data(reader: Client, path: str) -> list[bytes]:
    """The orders of each page that has any, as they were sent: a filtered walk may end with an empty one."""
    pages, cursor = [], ""
    while cursor is not None:
        answer = reader.get(path + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200, answer.content
        pages += [answer.content.partition(b',"meta":')[0]] if answer.json()["data"] else []
        cursor = answer.json()["pagination"]["nextCursor"]
    return pages


def test_an_order_whose_json_is_very_long_is_read_by_itself(client_id: str, caught_up: CaughtUp) -> None:
    record_built()
    line = {"productCode": "TAPE-48", "description": "x" * 300, "quantity": Decimal(1), "unitPrice": "1.00"}
    row = put_order(items=[line] * 120, total="120.00", status="shipped")
    caught_up()
    (stored,) = listed(client_id).values()
    assert "json" not in stored
    for filter in (OrderFilter(status="shipped"), searched(OrderFilter(), row["orderReference"])):
        (order,) = order_list(filter, limit=5).items
        assert (order.order_id, len(order.items)) == (row["orderID"], 120)


def test_rows_that_the_release_before_left_are_removed_by_the_rebuild(client_id: str, caught_up: CaughtUp) -> None:
    """And a row that is missing, changed or left behind in the table of listed orders is found and mended."""
    row = put_order()
    caught_up()
    before = listed(client_id)
    (stored,) = before.values()
    old = projection_item("orders-by-status", ProjectionRow("received", "t"), source_id=row["orderID"])
    put_row(Projection, {"bucket": old.bucket, "rowID": "t", "sourceID": row["orderID"], "data": {}})
    put_row(ListedOrder, stored | {"json": "{}"})
    put_row(ListedOrder, stored | {"listedID": f"{client_id}#1#gone", "sourceID": "gone"})
    assert sorted(one.subject for one in verify(settle=0)) == ["gone", row["orderID"], row["orderID"]]
    rebuild(now=NOW)
    assert listed(client_id) == before
    assert verify(settle=0) == []


def test_only_orders_of_one_contact_are_in_its_list_whatever_their_times_look_like(
    client_id: str, caught_up: CaughtUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.lists.listing.KNOWN_SECONDS", 0)
    times = ("2025-10-20T10:30:00Z", "2025-10-20T20:31:00+10:00", "2025-10-20T10:32:00.5Z")
    ours = [put_order(contactID="contact-1", createdAt=time)["orderID"] for time in times]
    put_order(contactID="contact-2", createdAt="2025-10-20T20:31:30+10:00")
    caught_up()
    found = order_list(OrderFilter(contact_id="contact-1"), limit=2)
    last = order_list(OrderFilter(contact_id="contact-1"), limit=2, position=found.next_position)
    assert [one.order_id for one in [*found.items, *last.items]] == ours[::-1]
    assert len(order_list(OrderFilter(), limit=9).items) == 4
