"""All-or-nothing writes over several tables, at most 100 operations."""

from collections.abc import Iterator
from contextlib import contextmanager

from pynamodb.connection import Connection
from pynamodb.transactions import TransactWrite

from packprod.dynamodb.base import Table
from packprod.dynamodb.engine_errors import engine_errors
from packprod.observability.request_context import count_engine_call

MAX_OPERATIONS = 100


def _connection(table: type[Table]) -> Connection:
    return table._get_connection().connection  # PynamoDB asks for a connection and offers no public way to one


@contextmanager
def transaction(table: type[Table]) -> Iterator[TransactWrite]:
    """Commits on leaving the block; `table` is any table taking part.

    A retry of the same call is safe: botocore gives each commit its own ClientRequestToken.
    Raises TransactionCancelled (nothing was written), EngineUnavailable (unknown: ask again).
    """
    with engine_errors(), TransactWrite(connection=_connection(table)) as write:
        yield write
    count_engine_call()
