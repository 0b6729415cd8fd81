"""The legacy contacts table and the metrics cache."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from packprod.dynamodb.tables import DecimalAttribute, EngineMeta, IntegerAttribute, Table, prefixed, shared_name


class EmailIndex(GlobalSecondaryIndex["Contact"]):
    """Contacts by the e-mail exactly as stored."""

    class Meta:
        index_name = "email-index"
        projection = AllProjection()

    email = UnicodeAttribute(hash_key=True)


class Contact(Table):
    """A contact. Shared with another product: written only by updates, so that its attributes are never dropped.

    Its stream tells what the other product changes. A stream that is there already is used whatever its view.
    """

    class Meta(EngineMeta):
        table_name = shared_name("RocketReview_Contacts")

    stream_view = "NEW_AND_OLD_IMAGES"

    contact_id = UnicodeAttribute(hash_key=True, attr_name="contactID")
    client_id = UnicodeAttribute(null=True, attr_name="clientID")
    name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    company = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True, attr_name="createdAt")
    updated_at = UnicodeAttribute(null=True, attr_name="updatedAt")
    source = UnicodeAttribute(null=True)
    email_index = EmailIndex()


class CustomerFacts:
    """What the metrics cache and our own list of customers both say of a customer: the fields of contract section 3.

    `lastOrderDaysAgo` and `segment` are those of `lastUpdated`; what is shown is worked out when it is read.
    """

    client_id = UnicodeAttribute(attr_name="clientID")
    name = UnicodeAttribute()
    email = UnicodeAttribute()
    company = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    order_count = IntegerAttribute(attr_name="orderCount")
    total_spend = DecimalAttribute(attr_name="totalSpend")
    last_order_date = UnicodeAttribute(attr_name="lastOrderDate")
    last_order_reference = UnicodeAttribute(attr_name="lastOrderReference")
    first_order_date = UnicodeAttribute(attr_name="firstOrderDate")
    segment = UnicodeAttribute()
    last_order_days_ago = IntegerAttribute(attr_name="lastOrderDaysAgo")
    purchase_frequency = UnicodeAttribute(attr_name="purchaseFrequency")
    last_updated = UnicodeAttribute(attr_name="lastUpdated")


class LastUpdatedIndex(GlobalSecondaryIndex["CustomerMetrics"]):
    """For maintenance by others: a client's rows by age."""

    class Meta:
        index_name = "lastUpdated-index"
        projection = KeysOnlyProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    last_updated = UnicodeAttribute(range_key=True, attr_name="lastUpdated")


class CustomerMetrics(CustomerFacts, Table):
    """A row of the metrics cache, contract section 3: for whoever reads the running system's table.

    Other programs write here, too, and their rows need not have our shape. So nothing of ours reads a row of it without
    comparing it with that of `ListedCustomer`, which is where lists, searches and reports read (docs/adr/0035).
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-customer-metrics-cache")

    stream_view = "KEYS_ONLY"
    ttl_attribute = "ttl"
    unread_indexes = frozenset({"lastUpdated-index"})
    volatile = frozenset({"lastUpdated", "ttl", "lastOrderDaysAgo"})

    contact_id = UnicodeAttribute(hash_key=True, attr_name="contactID")
    ttl = IntegerAttribute()
    last_updated_index = LastUpdatedIndex()


class RefreshIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """The rows that time alone will change, by the business day on which it does."""

    class Meta:
        index_name = "refreshOn-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    refresh_on = UnicodeAttribute(range_key=True, attr_name="refreshOn")


class TotalSpendIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """A segment's customers by total spend."""

    class Meta:
        index_name = "totalSpend-index"
        projection = AllProjection()

    list_partition = UnicodeAttribute(hash_key=True, attr_name="listPartition")
    by_total_spend = UnicodeAttribute(range_key=True, attr_name="byTotalSpend")


class OrderCountIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """A segment's customers by number of orders."""

    class Meta:
        index_name = "orderCount-index"
        projection = AllProjection()

    list_partition = UnicodeAttribute(hash_key=True, attr_name="listPartition")
    by_order_count = UnicodeAttribute(range_key=True, attr_name="byOrderCount")


class LastOrderDateIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """A segment's customers by last order."""

    class Meta:
        index_name = "lastOrderDate-index"
        projection = AllProjection()

    list_partition = UnicodeAttribute(hash_key=True, attr_name="listPartition")
    by_last_order_date = UnicodeAttribute(range_key=True, attr_name="byLastOrderDate")


class NameIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """A segment's customers by name."""

    class Meta:
        index_name = "name-index"
        projection = AllProjection()

    list_partition = UnicodeAttribute(hash_key=True, attr_name="listPartition")
    by_name = UnicodeAttribute(range_key=True, attr_name="byName")


class AllByTotalSpendIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """All customers of a client by total spend."""

    class Meta:
        index_name = "all-totalSpend-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_total_spend = UnicodeAttribute(range_key=True, attr_name="byTotalSpend")


class AllByOrderCountIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """All customers of a client by number of orders."""

    class Meta:
        index_name = "all-orderCount-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_order_count = UnicodeAttribute(range_key=True, attr_name="byOrderCount")


class AllByLastOrderDateIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """All customers of a client by last order."""

    class Meta:
        index_name = "all-lastOrderDate-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_last_order_date = UnicodeAttribute(range_key=True, attr_name="byLastOrderDate")


class AllByNameIndex(GlobalSecondaryIndex["ListedCustomer"]):
    """All customers of a client by name."""

    class Meta:
        index_name = "all-name-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_name = UnicodeAttribute(range_key=True, attr_name="byName")


class ListedCustomer(CustomerFacts, Table):
    """A customer as lists, searches, pages and reports read it: in a table that nobody else writes.

    `customerID` is client and contactID. Each sort has two indexes: one with a partition for each segment
    (`listPartition` is client and segment), and one with a partition for all customers, so that either list is one
    query (docs/adr/0042). The `by…` keys are text that sorts like the value and ends in the contactID, so each is
    unique.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-customers")

    sort_attributes = ("byTotalSpend", "byOrderCount", "byLastOrderDate", "byName")
    volatile = frozenset({"lastUpdated", "refreshOn", "lastOrderDaysAgo"})

    customer_id = UnicodeAttribute(hash_key=True, attr_name="customerID")
    contact_id = UnicodeAttribute(attr_name="contactID")
    list_partition = UnicodeAttribute(attr_name="listPartition")
    by_total_spend = UnicodeAttribute(attr_name="byTotalSpend")
    by_order_count = UnicodeAttribute(attr_name="byOrderCount")
    by_last_order_date = UnicodeAttribute(attr_name="byLastOrderDate")
    by_name = UnicodeAttribute(attr_name="byName")
    refresh_on = UnicodeAttribute(attr_name="refreshOn")
    joined_words = UnicodeAttribute(null=True, attr_name="joinedWords")

    refresh_index = RefreshIndex()
    total_spend_index = TotalSpendIndex()
    order_count_index = OrderCountIndex()
    last_order_date_index = LastOrderDateIndex()
    name_index = NameIndex()
    all_total_spend_index = AllByTotalSpendIndex()
    all_order_count_index = AllByOrderCountIndex()
    all_last_order_date_index = AllByLastOrderDateIndex()
    all_name_index = AllByNameIndex()
