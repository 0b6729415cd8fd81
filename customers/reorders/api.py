"""`/api/customers/{contactID}/reorders`, and what the API shows of an expected reorder."""

from typing import Annotated

from django.http.response import HttpResponseBase
from msgspec import Meta
from rest_framework.request import Request
from rest_framework.views import APIView

from customers.reorders.export import customer_reorder_export
from customers.reorders.rhythm import FEWEST_OCCASIONS, LOST_AFTER_GAPS, STATES
from customers.reorders.selectors import ExpectedReorder, customer_reorders
from packprod.api.answers import Count, Day, Instant, JsonObject, ok, one_of, pagination
from packprod.api.operations import ALWAYS, FILES, operation, page_of, path_part
from packprod.api.parameters import LIST_FORMAT, PAGING, page_params, requested_format
from packprod.dates import utc_now
from packprod.observability.timing import timed
from packprod.rights import CUSTOMERS

RULE = (
    f"From {FEWEST_OCCASIONS} business days with orders of the product on; several orders on one day are one occasion."
)
LOST_RULE = f"Lost: more than {LOST_AFTER_GAPS} median gaps overdue."


class ReorderJson(JsonObject):
    """When a customer is expected to order a product again."""

    contact_id: str
    name: str
    company: str
    email: str
    product_code: str
    description: Annotated[str, Meta(description="As on the latest order of the product.")]
    orders: Annotated[int, Meta(ge=FEWEST_OCCASIONS, description="Of this customer that hold the product.")]
    occasions: Annotated[int, Meta(ge=FEWEST_OCCASIONS, description="Different business days of these.")]
    last_order_date: Instant
    median_gap_days: Annotated[
        int,
        Meta(
            ge=1,
            description="Between occasions, in whole days; of an even number the mean of the middle two, half up.",
        ),
    ]
    next_expected_date: Annotated[Day, Meta(description="The last order's business day and the median gap.")]
    state: Annotated[str, one_of(STATES, f"As of this reading. {LOST_RULE}")]
    days_overdue: Annotated[Count, Meta(description="As of this reading.")]


def reorder_json(row: ExpectedReorder) -> ReorderJson:
    """An entry of a list of expected reorders."""
    return ReorderJson(
        contact_id=row["contactID"],
        name=row["name"],
        company=row["company"],
        email=row["email"],
        product_code=row["productCode"],
        description=row["description"],
        orders=row["orders"],
        occasions=row["occasions"],
        last_order_date=row["lastOrderDate"],
        median_gap_days=row["medianGapDays"],
        next_expected_date=row["nextExpectedDate"],
        state=row["state"],
        days_overdue=row["daysOverdue"],
    )


REORDER = ReorderJson(
    contact_id="8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20",
    name="John Smith",
    company="Acme Corp",
    email="john@example.com",
    product_code="BOX-A4",
    description="Mailing box A4",
    orders=5,
    occasions=5,
    last_order_date="2025-08-20T10:30:00Z",
    median_gap_days=28,
    next_expected_date="2025-09-17",
    state="overdue",
    days_overdue=36,
)
"""The schema's example of an expected reorder."""


class CustomerReordersView(APIView):
    """`GET /api/customers/{contactID}/reorders`"""

    required_scope = "api:read"
    required_permission = CUSTOMERS.view
    export_permission = CUSTOMERS.export

    @operation(
        "listCustomerReorders",
        "List a customer's expected reorders",
        tag="Customers",
        path=[path_part("contactID", "The customer's id. A slash within it is sent as %2F.")],
        query=(*PAGING, LIST_FORMAT),
        answers={
            200: page_of(
                ReorderJson,
                f"Products that the customer orders again, the next expected first. {RULE}",
                name="CustomerReorderPage",
                example=REORDER,
                source="projection",
            ),
            **FILES,
        },
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, contact_id: str) -> HttpResponseBase:
        """The products that a customer orders again and again, and when the next order is expected."""
        now = utc_now()
        if file_format := requested_format(request):
            return customer_reorder_export(contact_id, format=file_format, now=now)
        scope = f"customer-reorders:{contact_id}"
        params = page_params(request, scope=scope)
        with timed("listCustomerReorders") as reading:
            page = customer_reorders(contact_id=contact_id, limit=params.limit, position=params.position, now=now)
            reading.hit(items=len(page.items))
        return ok(
            [reorder_json(row) for row in page.items],
            source="projection",
            cache_hit=True,
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )
