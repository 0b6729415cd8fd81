"""The overview narrowed to a segment's customers equals a loop over the orders; not narrowed, it leaves nothing out."""

import random
from datetime import timedelta
from typing import Any

from customers.metrics import SEGMENTS
from packprod.json_objects import to_plain
from reports.figures.periods import Period
from reports.overview.report import overview_report
from tests.edited_shop import NOW, EditedShop, naive_segments
from tests.reports import naive
from tests.reports.naive import Told
from tests.reports.sales.test_narrowed_sales import TODAY, check_sales, some_period


def test_the_overview_of_a_segment(edited: EditedShop) -> None:
    seed = random.Random(3)
    members = naive_segments(edited, NOW)
    for name in (*SEGMENTS, *SEGMENTS):
        period = some_period(seed)
        theirs = [order for order in edited.orders if order.contact in members[name]]
        found = to_plain(overview_report(period=period, compare="previous", segment=name, now=NOW))
        for figures, one in ((found, period), (found["previous"], period.before())):
            expected = naive_overview(theirs, one, edited.zone)
            assert {key: figures[key] for key in expected} == expected
        assert found["topCustomers"] == naive_top(naive.within(theirs, period.start, period.end, edited.zone), edited)
        assert "topProducts" not in found
        assert found["segments"] == {name: len(members[name]) for name in SEGMENTS}


def naive_overview(orders: list[Told], period: Period, zone: str) -> dict[str, Any]:
    inside = naive.within(orders, period.start, period.end, zone)
    customers = len({order.contact for order in inside})
    new = naive.new_customers(orders, period.start, period.end, zone)
    counts = {"customers": customers, "newCustomers": new, "returningCustomers": customers - new}
    return naive.headline(inside) | counts


def naive_top(orders: list[Told], shop: EditedShop) -> list[dict[str, Any]]:
    emails = {contact: email for email, contact in shop.contacts.items()}
    rows: list[dict[str, Any]] = [
        {
            "contactID": contact,
            "orders": sum(1 for order in orders if order.contact == contact),
            "revenue": sum(order.total for order in orders if order.contact == contact),
            "name": emails[contact].partition("@")[0],
        }
        for contact in {order.contact for order in orders}
    ]
    return sorted(rows, key=lambda row: (-row["revenue"], row["contactID"]))[:5]


def test_without_a_filter_nothing_is_left_out(edited: EditedShop) -> None:
    period = Period(TODAY - timedelta(days=300), TODAY)
    found = to_plain(overview_report(period=period, compare="previous", now=NOW))
    assert len(found["topProducts"]) == 5
    check_sales(edited.orders, edited.zone, random.Random(4))
