"""SQL of every request, straight through the driver: who has this token, this session, this permission.

The ORM takes ten times as long to build such a statement as the database to answer it. Each statement reads the rows
themselves, so that what is revoked is refused from the next request on, in every process.
"""

from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connection

Row = tuple[Any, ...]


def first_row(sql: str, *values: Any) -> Row | None:
    """The first row of a SELECT; None if there is none."""
    rows = all_rows(sql, *values)
    return rows[0] if rows else None


def all_rows(sql: str, *values: Any) -> list[Row]:
    """The rows of a SELECT, as the driver gives them.

    A connection is kept from request to request; one that was lost meanwhile is opened again, once.
    """
    kept = connection.connection is not None and not connection.in_atomic_block
    try:
        return _read(sql, values)
    except (OperationalError, InterfaceError):
        if not kept:
            raise
        connection.close()
        return _read(sql, values)


def _read(sql: str, values: Sequence[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Row] = cursor.fetchall()
    return rows
