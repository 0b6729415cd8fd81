"""HTTP for a customer's expected reorders: parse, call one selector, render."""

from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

from customers.reorder_schemas import list_customer_reorders
from customers.reorders.export import customer_reorder_export
from customers.reorders.selectors import customer_reorders
from packprod.api.answers import ok, pagination
from packprod.api.parameters import (
    FORMAT_PARAMETERS,
    PAGE_PARAMETERS,
    page_params,
    refuse_unknown_parameters,
    requested_format,
)
from packprod.dates import utc_now
from packprod.observability.timing import timed


class CustomerReordersView(APIView):
    """`GET /api/customers/{contactID}/reorders`"""

    required_scope = "api:read"
    required_permission = "customers.view_customer"

    @list_customer_reorders
    def get(self, request: Request, contact_id: str) -> HttpResponseBase:
        """The products that a customer orders again and again, and when the next order is expected."""
        refuse_unknown_parameters(request, (*PAGE_PARAMETERS, *FORMAT_PARAMETERS))
        now = utc_now()
        if file_format := requested_format(request):
            return customer_reorder_export(contact_id, format=file_format, now=now)
        scope = f"customer-reorders:{contact_id}"
        params = page_params(request, scope=scope)
        with timed("listCustomerReorders") as reading:
            page = customer_reorders(contact_id=contact_id, limit=params.limit, position=params.position, now=now)
            reading.hit(items=len(page.items))
        return ok(
            page.items,
            source="projection",
            cache_hit=True,
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )
