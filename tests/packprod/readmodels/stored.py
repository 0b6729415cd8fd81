"""What the read models hold for one client, read past all of our own code."""

from typing import Any

from boto3.dynamodb.conditions import Attr

from packprod.dynamodb.tables import Table
from packprod.readmodels.registry import read_models
from packprod.readmodels.tables import Derivation, Projection
from tests.packprod.readmodels.foreign_writer import all_rows, plain_table

Rows = dict[tuple[Any, ...], dict[str, Any]]


def read_model_tables() -> list[type[Table]]:
    """The projection rows, every table of rows of orders and every table of summaries."""
    tables = (table for model in read_models() for table in (*model.projected_tables, *model.summary_tables))
    return list(dict.fromkeys([Projection, *tables]))


def stored(table: type[Table], client_id: str) -> Rows:
    """The client's rows by key. Ids of tests carry the client's name, so the first key tells whose a row is."""
    first = table.key_names()[0]
    rows = all_rows(table, FilterExpression=Attr(first).contains(client_id))
    return {tuple(row[name] for name in table.key_names()): row for row in rows}


def snapshot(client_id: str) -> dict[str, Rows]:
    """Every read-model row of the client, whole."""
    return {table.__name__: stored(table, client_id) for table in read_model_tables()}


def dirty(client_id: str) -> set[str]:
    """The derivations marked dirty."""
    return {key[0] for key, row in stored(Derivation, client_id).items() if "dirtySince" in row}


def wipe(client_id: str) -> None:
    """Empties every read model of the client, states included, as if the tables were new."""
    tables: list[type[Table]] = [*read_model_tables(), Derivation]
    for table in tables:
        with plain_table(table).batch_writer() as batch:
            for key in stored(table, client_id):
                batch.delete_item(Key=dict(zip(table.key_names(), key, strict=True)))


def said(client_id: str) -> dict[str, Rows]:
    """Every read-model row of the client without what only tells when it was derived."""
    return {
        table.__name__: {key: _stable(row, table) for key, row in stored(table, client_id).items()}
        for table in read_model_tables()
    }


def _stable(row: dict[str, Any], table: type[Table]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in table.volatile}
