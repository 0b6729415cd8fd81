"""Makes packprod.dynamodb a Django app, so that its management commands are found."""

from django.apps import AppConfig


class DynamoDBConfig(AppConfig):
    """The engine: tables, reads, writes, streams."""

    name = "packprod.dynamodb"
    label = "dynamodb"

    def ready(self) -> None:
        """Tables are known from here on."""
        from packprod.dynamodb.tables import register_tables
        from packprod.dynamodb.writes import DurabilityMark, must_settle

        if must_settle():
            register_tables(DurabilityMark)
