"""The table of expected reorders: one row per customer and product with a rhythm."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from packprod.dynamodb.tables import EngineMeta, IntegerAttribute, Table, prefixed


class NextExpectedIndex(GlobalSecondaryIndex["Reorder"]):
    """A client's rows by expected date, in two partitions: those not lost yet, and those lost (docs/adr/0042)."""

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


class LostOnIndex(GlobalSecondaryIndex["Reorder"]):
    """A client's rows that are not lost yet, by the business day on which they will be."""

    class Meta:
        index_name = "lostOn-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    lost_on = UnicodeAttribute(range_key=True, attr_name="lostOn")


class Reorder(Table):
    """What the orders say of one customer and product; the state on any day is worked out when read.

    `customerID` is client and contactID, so that two clients never meet. `byNextExpected` is unique text that sorts
    like the date. The partitions tell whether it was lost when the row was derived; `lostOn` is left out if it was.
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
    lost_on = UnicodeAttribute(null=True, attr_name="lostOn")

    next_expected_index = NextExpectedIndex()
    product_next_expected_index = ProductNextExpectedIndex()
    lost_on_index = LostOnIndex()
