"""The weborders table; its name, keys and attributes are those of the running AWS system."""

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from packprod.dynamodb.tables import (
    DecimalAttribute,
    EngineMeta,
    ListDocument,
    MapDocument,
    Table,
    prefixed,
    shared_name,
)

DATE_INDEX = "clientID-createdAt-index"
CONTACT_INDEX = "contactID-index"
STATUS_INDEX = "status-index"
TOTAL_INDEX = "total-index"
TIME_INDEX = "time-index"
LISTED_CONTACT_INDEX = "contact-index"
REFERENCE_INDEX = "reference-json-index"


class DateIndex(GlobalSecondaryIndex["WebOrder"]):
    """A client's orders by date."""

    class Meta:
        index_name = DATE_INDEX
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    created_at = UnicodeAttribute(range_key=True, attr_name="createdAt")


class ContactIndex(GlobalSecondaryIndex["WebOrder"]):
    """A contact's orders by date."""

    class Meta:
        index_name = CONTACT_INDEX
        projection = AllProjection()

    contact_id = UnicodeAttribute(hash_key=True, attr_name="contactID")
    created_at = UnicodeAttribute(range_key=True, attr_name="createdAt")


class WebOrder(Table):
    """One order. Written through this model; read through `orders.rows`, as other writers keep no schema.

    `sentVersions` and `sentUpdatedAt` are ours: what the sender of the order sent last and before, as digests, and the
    sender's own time of it, so that a retry is known as such whatever staff changed meanwhile
    (customers/importing/versions.py). `importedStatus` is ours, too, on rows without them: the status that the order
    came with, before staff moved it on. `updatedBy` and `updateID` are ours, too: who wrote
    last, and a fresh id with each write of ours. Other writers leave both as they were, and that is how the journal
    tells a change of theirs (orders/timeline/journal.py).
    """

    class Meta(EngineMeta):
        table_name = shared_name("packprod-weborders")

    stream_view = "NEW_AND_OLD_IMAGES"

    order_id = UnicodeAttribute(hash_key=True, attr_name="orderID")
    order_reference = UnicodeAttribute(attr_name="orderReference")
    client_id = UnicodeAttribute(attr_name="clientID")
    contact_id = UnicodeAttribute(attr_name="contactID")
    created_at = UnicodeAttribute(attr_name="createdAt")
    updated_at = UnicodeAttribute(attr_name="updatedAt")
    status = UnicodeAttribute()
    currency = UnicodeAttribute()
    customer = MapDocument()
    items = ListDocument()
    subtotal = DecimalAttribute()
    tax = DecimalAttribute()
    shipping = DecimalAttribute()
    discount = DecimalAttribute()
    total = DecimalAttribute()
    source = UnicodeAttribute()
    extra = MapDocument(null=True)
    sent_versions = BinaryAttribute(null=True, attr_name="sentVersions", legacy_encoding=False)
    sent_updated_at = UnicodeAttribute(null=True, attr_name="sentUpdatedAt")
    imported_status = UnicodeAttribute(null=True, attr_name="importedStatus")
    updated_by = UnicodeAttribute(null=True, attr_name="updatedBy")
    update_id = UnicodeAttribute(null=True, attr_name="updateID")

    date_index = DateIndex()
    contact_index = ContactIndex()


class StatusIndex(GlobalSecondaryIndex["ListedOrder"]):
    """A client's orders of one status by date."""

    class Meta:
        index_name = STATUS_INDEX
        projection = IncludeProjection(["json", "sourceID"])

    status_partition = UnicodeAttribute(hash_key=True, attr_name="statusPartition")
    by_time = UnicodeAttribute(range_key=True, attr_name="byTime")


class TotalIndex(GlobalSecondaryIndex["ListedOrder"]):
    """A client's orders by total."""

    class Meta:
        index_name = TOTAL_INDEX
        projection = IncludeProjection(["json", "sourceID"])

    total_partition = UnicodeAttribute(hash_key=True, attr_name="totalPartition")
    by_total = UnicodeAttribute(range_key=True, attr_name="byTotal")


class TimeIndex(GlobalSecondaryIndex["ListedOrder"]):
    """A client's orders by date, each with its contact."""

    class Meta:
        index_name = TIME_INDEX
        projection = IncludeProjection(["contactPartition", "json", "sourceID"])

    total_partition = UnicodeAttribute(hash_key=True, attr_name="totalPartition")
    by_time = UnicodeAttribute(range_key=True, attr_name="byTime")


class ListedContactIndex(GlobalSecondaryIndex["ListedOrder"]):
    """A contact's orders by date."""

    class Meta:
        index_name = LISTED_CONTACT_INDEX
        projection = IncludeProjection(["json", "sourceID"])

    contact_partition = UnicodeAttribute(hash_key=True, attr_name="contactPartition")
    by_time = UnicodeAttribute(range_key=True, attr_name="byTime")


class ReferenceIndex(GlobalSecondaryIndex["ListedOrder"]):
    """The references of a client's orders that start with one character.

    Before it there was `reference-index`, without `json`. Nothing reads that any more, and it may be deleted.
    """

    class Meta:
        index_name = REFERENCE_INDEX
        projection = IncludeProjection(["byTime", "json", "sourceID"])

    reference_partition = UnicodeAttribute(hash_key=True, attr_name="referencePartition")
    by_reference = UnicodeAttribute(range_key=True, attr_name="byReference")


class ListedOrder(Table):
    """An order as lists show it: `json` is its JSON in the API's answers, left out where that is very long.

    `listedID` is client, number of the form and orderID. `statusPartition`, `totalPartition`, `contactPartition` and
    `referencePartition` start with the client, too. The `by…` keys are text that sorts like the value and ends in the
    orderID, so each is unique. An order whose reference is searched in several forms has a further row for each form,
    with the keys of that list only.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-orders-listed")

    sort_attributes = ("byTotal",)

    listed_id = UnicodeAttribute(hash_key=True, attr_name="listedID")
    client_id = UnicodeAttribute(attr_name="clientID")
    source_id = UnicodeAttribute(attr_name="sourceID")
    json = UnicodeAttribute(null=True)
    status_partition = UnicodeAttribute(null=True, attr_name="statusPartition")
    by_time = UnicodeAttribute(attr_name="byTime")
    total_partition = UnicodeAttribute(null=True, attr_name="totalPartition")
    by_total = UnicodeAttribute(null=True, attr_name="byTotal")
    contact_partition = UnicodeAttribute(null=True, attr_name="contactPartition")
    reference_partition = UnicodeAttribute(attr_name="referencePartition")
    by_reference = UnicodeAttribute(attr_name="byReference")

    status_index = StatusIndex()
    total_index = TotalIndex()
    time_index = TimeIndex()
    contact_index = ListedContactIndex()
    reference_index = ReferenceIndex()
