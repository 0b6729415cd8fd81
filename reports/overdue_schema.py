"""What the OpenAPI schema says of the report of customers overdue to reorder."""

from customers.metrics import SEGMENTS
from customers.reorders.api import LOST_RULE, REORDER, RULE, ReorderJson
from packprod.api.operations import FILES, page_of
from packprod.api.parameters import LIST_FORMAT, PAGING
from packprod.api.schemas import documented, query

list_overdue = documented(
    "listOverdueReorders",
    "List customers overdue to reorder",
    tag="Reports",
    answers={
        200: page_of(
            ReorderJson,
            f"A page of entries by expected date. {RULE}",
            name="OverduePage",
            example=REORDER,
            source="projection",
        ),
        **FILES,
    },
    parameters=[
        query("state", f"Which entries. {LOST_RULE}", enum=["overdue", "lost", "all"], default="overdue"),
        query("search", "Only customers found by this, as in the list of customers: name, e-mail or company."),
        query("segment", "Only customers who are in this segment now.", enum=SEGMENTS),
        query("contactID", "Only this customer."),
        query("productCode", "Only this product; upper and lower case are the same."),
        query("order", "The longest overdue first, or last.", enum=["asc", "desc"], default="asc"),
        *PAGING,
        LIST_FORMAT,
    ],
)
