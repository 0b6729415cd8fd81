"""Makes packprod.dynamodb a Django app, so that its management commands are found."""

from django.apps import AppConfig


class DynamoDBConfig(AppConfig):
    """The engine: tables, reads, transactions, streams."""

    name = "packprod.dynamodb"
    label = "dynamodb"

    def ready(self) -> None:
        """Tables are known from here on."""
        from packprod.dynamodb.durability import DurabilityMark, is_needed
        from packprod.dynamodb.table_registry import register_tables

        if is_needed():
            register_tables(DurabilityMark)
