"""The Django app of the database engine: registers its table and makes its command known."""

from django.apps import AppConfig


class DynamoDBConfig(AppConfig):
    """The engine: tables, reads, writes, streams."""

    name = "packprod.dynamodb"
    label = "dynamodb"

    def ready(self) -> None:
        """Registers the table that `settle` writes to, if the engine needs it."""
        from packprod.dynamodb.tables import register_tables
        from packprod.dynamodb.writes import DurabilityMark, must_settle

        if must_settle():
            register_tables(DurabilityMark)
