"""The Django app of the read models: registers their tables and makes their commands known."""

from django.apps import AppConfig


class ReadModelsConfig(AppConfig):
    """The mechanism that all read models share."""

    name = "packprod.readmodels"
    label = "readmodels"

    def ready(self) -> None:
        """Registers the tables, and the read model that counts parked orders."""
        from packprod.dynamodb.leases import ShardLease
        from packprod.dynamodb.tables import register_tables
        from packprod.readmodels.lists.search_index import SearchEntry
        from packprod.readmodels.parked import PARKED_SHARDS, PARKED_TOTALS
        from packprod.readmodels.rebuild.definitions import BuiltModel
        from packprod.readmodels.rebuild.markers import RebuildMarker
        from packprod.readmodels.registry import register_read_model
        from packprod.readmodels.tables import DeadLetter, Derivation, Manifest, Projection, Sums
        from packprod.readmodels.totals import Totals

        register_tables(Projection, Derivation, Sums, Manifest, Totals, SearchEntry)
        register_tables(BuiltModel, ShardLease, RebuildMarker, DeadLetter)
        register_read_model(PARKED_SHARDS)
        register_read_model(PARKED_TOTALS)
