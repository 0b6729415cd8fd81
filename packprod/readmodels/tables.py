"""The tables of the read-model mechanism (docs/architecture.md): projections, derivations, dead letters."""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, MapDocument, Table, prefixed
from packprod.readmodels.registry import ProjectionRow, bucket_id


class Projection(Table):
    """A projection row: what an order puts into a bucket. It is what summaries are computed and lists read from."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-projections")

    bucket = UnicodeAttribute(hash_key=True)
    row_id = UnicodeAttribute(range_key=True, attr_name="rowID")
    source_id = UnicodeAttribute(attr_name="sourceID")
    data = MapDocument()


def projection_item(model_name: str, row: ProjectionRow, *, source_id: str) -> Projection:
    """The stored form of a projection row. `source_id` names the order, or the summary, that it derives from."""
    return Projection(bucket_id(model_name, row.key), row.row_id, source_id=source_id, data=row.data)


class DirtyIndex(GlobalSecondaryIndex["Derivation"]):
    """The index of dirty summaries. Only those are in it, so it is normally empty."""

    class Meta:
        index_name = "dirty-index"
        projection = AllProjection()

    dirty_client = UnicodeAttribute(hash_key=True, attr_name="dirtyClient")
    dirty_since = UnicodeAttribute(range_key=True, attr_name="dirtySince")


class Derivation(Table):
    """The state of one derivation: of an order's projection rows, or of a bucket's summary rows.

    `version` is the optimistic lock. `outputs` maps the output key of each derived row to its digest. `requested`
    counts the dirty marks, so that a summary clears only those it has seen; `recorded` counts those that came with what
    they change, or were seen by a summary of all rows. `folds` is the version of the read model whose changes are
    recorded; each change is an attribute of its own (see `changes`). `positions` holds where the rows stand and stood
    in sorted lists (see `former_positions`).
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-derivations")

    ttl_attribute = "ttl"

    derivation_id = UnicodeAttribute(hash_key=True, attr_name="derivationID")
    version = IntegerAttribute(null=True)
    outputs = MapDocument(null=True)
    positions = MapDocument(null=True, attr_name="places")
    derived_at = UnicodeAttribute(null=True, attr_name="derivedAt")
    requested = IntegerAttribute(null=True)
    recorded = IntegerAttribute(null=True)
    folds = IntegerAttribute(null=True)
    dirty_client = UnicodeAttribute(null=True, attr_name="dirtyClient")
    dirty_since = UnicodeAttribute(null=True, attr_name="dirtySince")
    ttl = IntegerAttribute(null=True)
    dirty_index = DirtyIndex()


class Sums(Table):
    """What a summary must remember beyond what it shows, to be kept up by changes; in parts small enough for items."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-sums")

    bucket = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    client_id = UnicodeAttribute(attr_name="clientID")
    sums = BinaryAttribute(legacy_encoding=False)


class Manifest(Table):
    """The versions of the summaries that processes keep in memory: an attribute for each, written by its commits.

    A row that is read strongly consistent after its version was read is of that version, or newer.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-manifests")

    manifest_id = UnicodeAttribute(hash_key=True, attr_name="manifestID")


class DeadLetter(Table):
    """A stream record that failed every attempt, kept whole until it is replayed."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-dead-letters")

    letter_id = UnicodeAttribute(hash_key=True, attr_name="letterID")
    client_id = UnicodeAttribute(attr_name="clientID")
    source_id = UnicodeAttribute(attr_name="sourceID")
    reason = UnicodeAttribute()
    failed_at = UnicodeAttribute(attr_name="failedAt")
    record = UnicodeAttribute()
