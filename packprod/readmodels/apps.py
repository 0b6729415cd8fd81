"""Makes packprod.readmodels a Django app: registers its tables, finds its commands."""

from django.apps import AppConfig


class ReadModelsConfig(AppConfig):
    """The one mechanism of all read models."""

    name = "packprod.readmodels"
    label = "readmodels"

    def ready(self) -> None:
        """Tables are known from here on."""
        from packprod.dynamodb.leases import ShardLease
        from packprod.dynamodb.tables import register_tables
        from packprod.readmodels.lists.search_index import SearchEntry
        from packprod.readmodels.rebuild.definitions import BuiltModel
        from packprod.readmodels.rebuild.markers import RebuildMarker
        from packprod.readmodels.tables import DeadLetter, Derivation, Projection
        from packprod.readmodels.totals import Totals

        register_tables(Projection, Derivation, BuiltModel, ShardLease, RebuildMarker, DeadLetter, SearchEntry, Totals)
