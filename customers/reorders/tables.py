"""The table of expected reorders: one row per customer and product with a rhythm."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, Table, prefixed


class NextExpectedIndex(GlobalSecondaryIndex["Reorder"]):
    """A client's rows by expected date, in one partition per class of gaps (docs/adr/0011)."""

    class Meta:
        index_name = "nextExpected-index"
        projection = AllProjection()

    list_partition = UnicodeAttribute(hash_key=True, attr_name="listPartition")
    by_next_expected = UnicodeAttribute(range_key=True, attr_name="byNextExpected")


class ProductNextExpectedIndex(GlobalSecondaryIndex["Reorder"]):
    """The same rows of one product."""

    class Meta:
        index_name = "product-nextExpected-index"
        projection = AllProjection()

    product_partition = UnicodeAttribute(hash_key=True, attr_name="productPartition")
    by_next_expected = UnicodeAttribute(range_key=True, attr_name="byNextExpected")


class Reorder(Table):
    """What the orders say of one customer and product; what depends on today is worked out when read.

    `customerID` is client and contactID, so that two clients never meet. `byNextExpected` is unique text that sorts
    like the date.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-reorders")

    customer_id = UnicodeAttribute(hash_key=True, attr_name="customerID")
    product_code = UnicodeAttribute(range_key=True, attr_name="productCode")
    client_id = UnicodeAttribute(attr_name="clientID")
    contact_id = UnicodeAttribute(attr_name="contactID")
    orders = IntegerAttribute()
    occasions = IntegerAttribute()
    last_order_date = UnicodeAttribute(attr_name="lastOrderDate")
    median_gap_days = IntegerAttribute(attr_name="medianGapDays")
    next_expected_date = UnicodeAttribute(attr_name="nextExpectedDate")

    list_partition = UnicodeAttribute(attr_name="listPartition")
    product_partition = UnicodeAttribute(attr_name="productPartition")
    by_next_expected = UnicodeAttribute(attr_name="byNextExpected")

    next_expected_index = NextExpectedIndex()
    product_next_expected_index = ProductNextExpectedIndex()
