"""What the OpenAPI schema says of expected reorders. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from rest_framework import serializers

from customers.reorders.rhythm import FEWEST_OCCASIONS, LOST_AFTER_GAPS, STATES
from packprod.api.operations import ALWAYS, FILES, path_part
from packprod.api.parameters import LIST_FORMAT, PAGING
from packprod.api.schemas import Documented, documented, page

REORDER_EXAMPLE = {
    "contactID": "8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    "name": "John Smith",
    "company": "Acme Corp",
    "email": "john@example.com",
    "productCode": "BOX-A4",
    "description": "Mailing box A4",
    "orders": 5,
    "occasions": 5,
    "lastOrderDate": "2025-08-20T10:30:00Z",
    "medianGapDays": 28,
    "nextExpectedDate": "2025-09-17",
    "state": "overdue",
    "daysOverdue": 36,
}
RULE = (
    f"From {FEWEST_OCCASIONS} business days with orders of the product on; several orders on one day are one occasion."
)
LOST_RULE = f"Lost: more than {LOST_AFTER_GAPS} median gaps overdue."


class ReorderSerializer(Documented):
    """When a customer is expected to order a product again."""

    contactID = serializers.CharField()
    name = serializers.CharField()
    company = serializers.CharField()
    email = serializers.CharField()
    productCode = serializers.CharField()
    description = serializers.CharField(help_text="As on the latest order of the product.")
    orders = serializers.IntegerField(min_value=FEWEST_OCCASIONS, help_text="Of this customer that hold the product.")
    occasions = serializers.IntegerField(min_value=FEWEST_OCCASIONS, help_text="Different business days of these.")
    lastOrderDate = serializers.DateTimeField()
    medianGapDays = serializers.IntegerField(
        min_value=1,
        help_text="Between occasions, in whole days; of an even number the mean of the middle two, half up.",
    )
    nextExpectedDate = serializers.DateField(help_text="The last order's business day and the median gap.")
    state = serializers.ChoiceField(STATES, help_text=f"As of this reading. {LOST_RULE}")
    daysOverdue = serializers.IntegerField(min_value=0, help_text="As of this reading.")


list_customer_reorders = documented(
    "listCustomerReorders",
    "List a customer's expected reorders",
    tag="Customers",
    answers={
        200: page(
            "CustomerReorderPage",
            ReorderSerializer,
            f"Products that the customer orders again, the next expected first. {RULE}",
            example=REORDER_EXAMPLE,
            source="projection",
        ),
        **FILES,
    },
    errors=(*ALWAYS, 404),
    parameters=[path_part("contactID", "The customer's id."), *PAGING, LIST_FORMAT],
)
