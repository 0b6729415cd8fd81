"""The table of products: one row per productCode, with the keys its lists are sorted by."""

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from packprod.dynamodb.tables import DecimalAttribute, EngineMeta, IntegerAttribute, MapDocument, Table, prefixed


class RevenueIndex(GlobalSecondaryIndex["Product"]):
    """A client's products by revenue."""

    class Meta:
        index_name = "revenue-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_revenue = UnicodeAttribute(range_key=True, attr_name="byRevenue")


class UnitsIndex(GlobalSecondaryIndex["Product"]):
    """A client's products by units."""

    class Meta:
        index_name = "units-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_units = UnicodeAttribute(range_key=True, attr_name="byUnits")


class OrdersIndex(GlobalSecondaryIndex["Product"]):
    """A client's products by number of orders."""

    class Meta:
        index_name = "orders-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_orders = UnicodeAttribute(range_key=True, attr_name="byOrders")


class ProductCodeIndex(GlobalSecondaryIndex["Product"]):
    """A client's products by code."""

    class Meta:
        index_name = "productCode-index"
        projection = AllProjection()

    client_id = UnicodeAttribute(hash_key=True, attr_name="clientID")
    by_product_code = UnicodeAttribute(range_key=True, attr_name="byProductCode")


class Product(Table):
    """All-time figures of one product over counted orders; the `by…` keys are unique text that sorts like the value.

    `boughtTogether`: how many orders each of its most frequent partners shares with it, by productCode.
    """

    class Meta(EngineMeta):
        table_name = prefixed("packprod-products")

    sort_attributes = ("byRevenue", "byUnits", "byOrders", "byProductCode")

    product_id = UnicodeAttribute(hash_key=True, attr_name="productID")
    client_id = UnicodeAttribute(attr_name="clientID")
    product_code = UnicodeAttribute(attr_name="productCode")
    description = UnicodeAttribute()
    units = DecimalAttribute()
    revenue = DecimalAttribute()
    orders = IntegerAttribute()
    first_order_date = UnicodeAttribute(attr_name="firstOrderDate")
    last_order_date = UnicodeAttribute(attr_name="lastOrderDate")
    bought_together = MapDocument(attr_name="boughtTogether")

    by_revenue = UnicodeAttribute(attr_name="byRevenue")
    by_units = UnicodeAttribute(attr_name="byUnits")
    by_orders = UnicodeAttribute(attr_name="byOrders")
    by_product_code = UnicodeAttribute(attr_name="byProductCode")

    revenue_index = RevenueIndex()
    units_index = UnitsIndex()
    orders_index = OrdersIndex()
    product_code_index = ProductCodeIndex()
