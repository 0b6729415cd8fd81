"""The journal of the orders: append-only, one row per change, whoever made it."""

from pynamodb.attributes import UnicodeAttribute

from packprod.dynamodb.tables import EngineMeta, ListDocument, MapDocument, Table, prefixed


class OrderEvent(Table):
    """`eventID` sorts by time and is made of the stream record's own number, so a record read twice is one row.

    `fields` names what changed; `changes` has `from` and `to` of status, total and contactID only, as customers' data
    is not copied here. Without `updatedBy` another program wrote.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-order-events")

    order_id = UnicodeAttribute(hash_key=True, attr_name="orderID")
    event_id = UnicodeAttribute(range_key=True, attr_name="eventID")
    client_id = UnicodeAttribute(attr_name="clientID")
    kind = UnicodeAttribute()
    happened_at = UnicodeAttribute(attr_name="happenedAt")
    updated_by = UnicodeAttribute(null=True, attr_name="updatedBy")
    fields = ListDocument()
    changes = MapDocument()
