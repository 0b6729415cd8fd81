"""Orders of every kind, and a plain-Python account of them that shares no code with ours."""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from customers.importing.batch import orders_import
from orders.lists.filter import OrderFilter
from orders.lists.listing import order_list
from orders.statuses import ORDER_STATUSES
from packprod.readmodels.rebuild.definitions import record_built
from packprod.readmodels.stream.catching_up import catch_up
from tests.orders.foreign import put_order

MOST_PAGES = 200
NOW = datetime(2025, 10, 23, 8, 15, 30, tzinfo=UTC)
LONG_EMAIL = f"long@{'x' * 60}.{'y' * 60}.{'z' * 60}.example.com"
EMAILS = [
    "ann@example.com",
    "Bob@Example.com",
    LONG_EMAIL,
    "straße@example.com",
]
PREFIXES = ["ORD-1", "ORD-2", "ord-1", "Straße-", "Ü"]
# Both ends of daylight saving in Sydney, and both sides of its midnights.
EDGES = [
    "2025-04-05T12:59:59Z",
    "2025-04-05T13:00:00Z",
    "2025-04-06T13:59:59Z",
    "2025-04-06T14:00:00Z",
    "2025-10-04T13:59:59.999Z",
    "2025-10-04T14:00:00Z",
    "2025-10-05T12:59:59Z",
    "2025-10-05T13:00:00Z",
    "2025-10-05T13:00:00.5Z",
    "2025-10-05T13:00:00.12Z",
]


@dataclass(frozen=True)
class Entry:
    """One order as the ledger has it."""

    order_id: str
    reference: str
    contact_id: str
    created_at: datetime
    status: str
    email: str
    name: str = ""


def open_ledger() -> list[Entry]:
    """Stores the orders of the present client and derives everything."""
    chance = random.Random(3)
    payloads = [_payload(number, at, chance) for number, at in enumerate([*EDGES, *_instants(chance)])]
    outcomes = [result.outcome for result in orders_import(payloads=payloads, now=NOW)]
    entries = [_of_payload(payload, outcome) for payload, outcome in zip(payloads, outcomes, strict=True)]
    entries += [_foreign(number, chance) for number in range(12)]
    put_order(total="broken")
    put_order(clientID="somebody else", contactID=entries[0].contact_id)
    catch_up(clock=lambda: NOW)
    record_built()
    return entries


def _instants(chance: random.Random) -> list[str]:
    random_minutes = (chance.randrange(60 * 24 * 365) for _ in range(60))
    return [(NOW - timedelta(minutes=minutes)).isoformat() for minutes in random_minutes]


def _payload(number: int, at: str, chance: random.Random) -> dict[str, Any]:
    return {
        "orderReference": f"{chance.choice(PREFIXES)}{number}",
        "createdAt": at,
        "customer": {"email": chance.choice(EMAILS), "name": "Somebody"},
        "items": [{"productCode": "BOX", "quantity": 1, "unitPrice": number}],
        "status": chance.choice(ORDER_STATUSES),
    }


def _of_payload(payload: dict[str, Any], outcome: Any) -> Entry:
    return Entry(
        order_id=outcome.order_id,
        reference=payload["orderReference"],
        contact_id=outcome.contact_id,
        created_at=datetime.fromisoformat(payload["createdAt"]),
        status=payload["status"],
        email=payload["customer"]["email"],
        name="somebody",
    )


def _foreign(number: int, chance: random.Random) -> Entry:
    """Every third in the local time of Sydney, and each half a second before or after another one."""
    at = datetime(2025, 5, 1 + number // 2, 23, 30, 15, 250_000 + number % 2 * 500_000, tzinfo=UTC)
    local = at.astimezone(ZoneInfo("Australia/Sydney")) if number % 3 == 0 else at
    row = put_order(
        createdAt=local.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        status=chance.choice(("Shipped", " received", "COMPLETED")),
        orderReference=f"Ord-1{number}",
        customer={"email": " BOB@example.com "},
        contactID="contact-of-the-old-lambda",
    )
    return Entry(
        row["orderID"], row["orderReference"], row["contactID"], at, row["status"].strip().lower(), "bob@example.com"
    )


def naive_list(entries: list[Entry], **filters: Any) -> list[str]:
    """The orderIDs that a list must show, newest first, by looking at every entry."""
    kept = [entry for entry in entries if _passes(entry, **filters)]
    return [entry.order_id for entry in sorted(kept, key=lambda entry: entry.created_at, reverse=True)]


def _passes(
    entry: Entry,
    created_from: datetime | None = None,
    created_before: datetime | None = None,
    status: str = "",
    contact_id: str = "",
    search: str = "",
) -> bool:
    text = _plain(search.strip())
    found = any(one.startswith(text) for one in (_plain(entry.reference), *_tails(_plain(entry.email)), entry.name))
    since = created_from is None or entry.created_at >= created_from
    until = created_before is None or entry.created_at < created_before
    return since and until and found and status in ("", entry.status) and contact_id in ("", entry.contact_id)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("-", ""))
    return "".join(one for one in decomposed if not unicodedata.combining(one))


def _tails(email: str) -> list[str]:
    return [email[at:] for at in range(len(email)) if at == 0 or not email[at - 1].isalnum()]


def order_pages(filter: OrderFilter, *, limit: int) -> Iterator[list[str]]:
    """The orderIDs of every page, one page at a time."""
    position = None
    for _ in range(MOST_PAGES):
        page = order_list(filter, limit=limit, position=position)
        yield [order.order_id for order in page.items]
        position = page.next_position
        if position is None:
            return
    raise AssertionError("the list has no end")


def all_orders(filter: OrderFilter, *, limit: int = 200) -> list[str]:
    """All pages together."""
    return [order_id for page in order_pages(filter, limit=limit) for order_id in page]
