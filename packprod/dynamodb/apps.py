"""Makes packprod.dynamodb a Django app, so that its management commands are found."""

from django.apps import AppConfig


class DynamoDBConfig(AppConfig):
    """The engine: tables, reads, transactions, streams."""

    name = "packprod.dynamodb"
    label = "dynamodb"
