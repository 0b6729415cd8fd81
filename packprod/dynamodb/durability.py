"""Makes what the embedded engine has acknowledged survive kill -9 of the engine.

DynamoDB Local answers TransactWriteItems shortly before its SQLite commit: killed in between (some 10 to 300 ms), it
loses acknowledged transactions, about one per five kills under load; single puts were never lost. A put after the
transaction is answered only once both are committed (0 lost in 20 kills; docs/adr/0010). Amazon needs none of this.
"""

from django.conf import settings
from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.base import EngineMeta, Table, prefixed


class DurabilityMark(Table):
    """One row, put again and again; it exists only beside an engine that is not Amazon's."""

    class Meta(EngineMeta):
        table_name = prefixed("packprod-durability")

    mark_id = UnicodeAttribute(hash_key=True, attr_name="markID")


def is_needed() -> bool:
    """Whether the engine acknowledges before it commits: every engine but Amazon's is taken for one that does."""
    return settings.ENDPOINTS.dynamodb_url is not None


def settle() -> None:
    """Returns once every transaction acknowledged so far is on disk. Call it before answering for one.

    Raises EngineUnavailable when that cannot be known; sending the same again is safe.
    """
    if is_needed():
        DurabilityMark("settled").write()
