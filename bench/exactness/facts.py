"""The orders in SQLite, and the figures that SQL makes of them: money in whole cents, days of one time zone.

It shares no code with the product: which orders count, and what a new customer or a segment is, stands here again as
SQL.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

SCHEMA = """
CREATE TABLE orders (id TEXT PRIMARY KEY, reference TEXT, contact TEXT, at TEXT, day TEXT, weekday INT, hour INT,
                     cents INT, counted INT);
CREATE TABLE lines (order_id TEXT, code TEXT, units INT, cents INT);
CREATE INDEX by_day ON orders (day);
CREATE INDEX by_order ON lines (order_id);
CREATE INDEX by_code ON lines (code);
CREATE VIEW counted AS SELECT * FROM orders WHERE counted;
CREATE VIEW sold AS SELECT o.day, l.* FROM lines l JOIN counted o ON o.id = l.order_id;
CREATE VIEW firsts AS SELECT contact, min(day) AS day FROM counted GROUP BY contact;
"""
HEADLINE = """
SELECT count(*) AS orders, coalesce(sum(cents), 0) AS revenue,
       (SELECT coalesce(sum(units), 0) FROM sold WHERE day BETWEEN :start AND :end) AS units,
       (2 * sum(cents) + count(*)) / (2 * count(*)) AS averageOrderValue, count(DISTINCT contact) AS customers,
       (SELECT count(*) FROM firsts WHERE day BETWEEN :start AND :end) AS newCustomers
FROM counted WHERE day BETWEEN :start AND :end
"""
PRODUCTS = """
SELECT code, sum(units) AS units, sum(cents) AS revenue, count(DISTINCT order_id) AS orders FROM sold
WHERE day BETWEEN :start AND :end GROUP BY code ORDER BY revenue DESC, code
"""
TOP_CUSTOMERS = """
SELECT contact, count(*) AS orders, sum(cents) AS revenue FROM counted
WHERE day BETWEEN :start AND :end GROUP BY contact ORDER BY revenue DESC, contact LIMIT 5
"""
BUCKETS = {
    "day": "day",
    "week": "date(day, '-6 days', 'weekday 1')",
    "month": "substr(day, 1, 7) || '-01'",
}
SERIES = """
SELECT {bucket} AS bucket, count(*) AS orders, sum(cents) AS revenue, sum(units) AS units,
       (2 * sum(cents) + count(*)) / (2 * count(*)) AS averageOrderValue
FROM (SELECT o.day, o.cents, coalesce((SELECT sum(units) FROM lines WHERE order_id = o.id), 0) AS units
      FROM counted o WHERE day BETWEEN :start AND :end)
GROUP BY bucket
"""
STATISTICS = """
SELECT count(*) AS orders, coalesce(sum(cents), 0) AS revenue, count(DISTINCT contact) AS customers,
       (2 * sum(cents) + count(*)) / (2 * count(*)) AS averageOrderValue,
       (SELECT count(*) FROM (SELECT 1 FROM counted WHERE day BETWEEN :start AND :end
                              GROUP BY contact HAVING count(*) > 1)) AS repeatCustomers,
       min(at) AS firstOrderDate, max(at) AS lastOrderDate
FROM counted WHERE day BETWEEN :start AND :end
"""
COUNTS = "SELECT {what} AS what, count(*) AS orders FROM counted WHERE day BETWEEN :start AND :end GROUP BY {what}"
VALUES = "SELECT cents FROM counted WHERE day BETWEEN :start AND :end ORDER BY cents"
SEGMENTS = """
SELECT CASE WHEN julianday(:today) - julianday(max(day)) > 180 THEN 'Dormant'
            WHEN sum(cents) >= 500000 OR count(*) >= 20 THEN 'VIP'
            WHEN julianday(:today) - julianday(min(day)) <= 30 THEN 'New' ELSE 'Active' END AS segment
FROM counted GROUP BY contact
"""
PRODUCT_ORDERS = """
SELECT o.id, sum(l.units) AS units, sum(l.cents) AS cents FROM lines l JOIN orders o ON o.id = l.order_id
WHERE l.code = :code GROUP BY o.id ORDER BY o.at DESC, o.id DESC
"""

Found = dict[str, Any]


class Facts:
    """Orders, given as one JSON text each, by business days in `zone`."""

    def __init__(self, lines: Iterable[str], *, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._sql = sqlite3.connect(":memory:")
        self._sql.row_factory = sqlite3.Row
        self._sql.executescript(SCHEMA)
        for line in lines:
            self._insert(json.loads(line))

    def _insert(self, row: dict[str, Any]) -> None:
        instant = datetime.fromisoformat(row["createdAt"]).astimezone(UTC)
        local = instant.astimezone(self._zone)
        counted = row["status"] not in ("cancelled", "refunded")
        at = instant.isoformat().replace("+00:00", "Z")
        times = (at, local.date().isoformat(), local.weekday(), local.hour)
        facts = (row["orderID"], row["orderReference"], row["contactID"], *times, _cents(row["total"]), counted)
        self._sql.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", facts)
        for item in row["items"]:
            units = int(item["quantity"])
            sold = (row["orderID"], item["productCode"], units, units * _cents(item["unitPrice"]))
            self._sql.execute("INSERT INTO lines VALUES (?, ?, ?, ?)", sold)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day with an order."""
        first, last = self._sql.execute("SELECT min(day), max(day) FROM orders").fetchone()
        return date.fromisoformat(first), date.fromisoformat(last)

    def headline(self, start: date, end: date) -> Found:
        """orders, revenue, units, averageOrderValue, customers, newCustomers of the days from start to end."""
        return self._rows(HEADLINE, start=start, end=end)[0]

    def products(self, start: date, end: date) -> list[Found]:
        """Each product of the days: code, units, revenue, orders; by revenue."""
        return self._rows(PRODUCTS, start=start, end=end)

    def top_customers(self, start: date, end: date) -> list[Found]:
        """Five: contact, orders, revenue."""
        return self._rows(TOP_CUSTOMERS, start=start, end=end)

    def series(self, start: date, end: date, granularity: str) -> dict[str, Found]:
        """By first day of the bucket; only buckets with orders."""
        rows = self._rows(SERIES.format(bucket=BUCKETS[granularity]), start=start, end=end)
        return {row.pop("bucket"): row for row in rows}

    def statistics(self, start: date = date.min, end: date = date.max) -> Found:
        """The statistics of the days from start to end; by default of all time, as in the two methods below."""
        return self._rows(STATISTICS, start=start, end=end)[0]

    def counts(self, what: str, size: int, start: date = date.min, end: date = date.max) -> list[int]:
        """The number of counted orders by `weekday` (Monday first) or `hour`."""
        found = {row["what"]: row["orders"] for row in self._rows(COUNTS.format(what=what), start=start, end=end)}
        return [found.get(number, 0) for number in range(size)]

    def totals(self, start: date = date.min, end: date = date.max) -> list[int]:
        """The totals of all counted orders in cents, ascending."""
        return [row["cents"] for row in self._rows(VALUES, start=start, end=end)]

    def segments(self, today: date) -> list[str]:
        """The segment of every customer."""
        return [row["segment"] for row in self._rows(SEGMENTS, today=today)]

    def codes(self) -> list[str]:
        """Every product code."""
        return [row["code"] for row in self._rows("SELECT DISTINCT code FROM lines ORDER BY code")]

    def product_orders(self, code: str) -> list[Found]:
        """Every order with the product, whatever its status, newest first: id, units, cents."""
        return self._rows(PRODUCT_ORDERS, code=code)

    def _rows(self, query: str, **values: Any) -> list[Found]:
        texts = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        return [dict(row) for row in self._sql.execute(query, texts)]


def _cents(money: str) -> int:
    cents = Decimal(money) * 100
    assert cents == int(cents), f"{money} is no whole number of cents"
    return int(cents)
