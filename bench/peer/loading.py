"""`python -m bench.peer.loading ORDERS TODAY`: makes the tables and fills them with the shop of that size.

The same rows as PackProd's engine gets (bench/shop_data.py), by COPY. It prints an API key and a session key of a
superuser as JSON.
"""

import json
import os
import sys
import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import django

from bench.shop_data import Shop

CENT = Decimal("0.01")
BATCH = 5_000
Table = tuple[str, tuple[str, ...]]
CONTACTS: Table = (
    "shop_contact",
    ("id", "name", "email", "company", "phone", "created_at", "updated_at", "source"),
)
PRODUCTS: Table = ("shop_product", ("code", "description"))
MONEY = ("subtotal", "tax", "shipping", "discount", "total")
ORDERS: Table = (
    "shop_order",
    ("id", "reference", "contact_id", "created_at", "updated_at", "status", "currency", *MONEY, "source"),
)
LINES: Table = ("shop_orderline", ("order_id", "product_id", "quantity", "unit_price", "line_total"))


def main() -> None:
    """Fills an empty database and prints the keys."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    shop = Shop(orders=int(sys.argv[1]), today=date.fromisoformat(sys.argv[2]))
    _copy(CONTACTS, map(_contact, shop.contacts()))
    _copy(PRODUCTS, ((one.code, one.description) for one in shop.articles))
    orders = list(shop.orders())
    _copy(ORDERS, map(_order, orders))
    _copy(LINES, (line for order in orders for line in _lines(order)))
    _analyse()
    print(json.dumps(_keys()))


def _copy(table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    from django.db import connection

    name, columns = table
    with connection.cursor() as cursor, cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _contact(row: dict[str, Any]) -> tuple[Any, ...]:
    texts = (row.get(name, "") for name in ("name", "email", "company", "phone"))
    return (row["contactID"], *texts, row["createdAt"], row["updatedAt"], row["source"])


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    about = (row["orderID"], row["orderReference"], row["contactID"], row["createdAt"], row["updatedAt"])
    return (*about, row["status"], row["currency"], *(row[name] for name in MONEY), row["source"])


def _lines(row: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for line in row["items"]:
        total = (line["quantity"] * line["unitPrice"]).quantize(CENT, ROUND_HALF_UP)
        yield row["orderID"], line["productCode"], line["quantity"], line["unitPrice"], total


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _keys() -> dict[str, str]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from rest_framework.authtoken.models import Token

    user = User.objects.create_superuser("bench", password=uuid.uuid4().hex)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"token": Token.objects.create(user=user).key, "session": str(session.session_key)}


if __name__ == "__main__":
    main()
