"""All tables of the product: each app registers its own when Django starts, provisioning walks them."""

from packprod.dynamodb.base import Table

_tables: list[type[Table]] = []


def register_tables(*tables: type[Table]) -> None:
    """Adds tables to what `provision_tables` creates; call it in an AppConfig's `ready`."""
    _tables.extend(table for table in tables if table not in _tables)


def registered_tables() -> tuple[type[Table], ...]:
    """Every table, in the order registered."""
    return tuple(_tables)
