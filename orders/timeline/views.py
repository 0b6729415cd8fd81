"""HTTP for an order's timeline: parse, call the selector, render."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.presentation import shown
from orders.timeline.schemas import list_order_events
from orders.timeline.selectors import Event, order_events
from packprod.api.answers import ok, pagination
from packprod.api.parameters import PAGE_PARAMETERS, page_params, refuse_unknown_parameters
from packprod.dates import format_instant
from packprod.observability.timing import timed


class OrderEventsView(APIView):
    """`GET /api/orders/{orderID}/events`"""

    required_scope = "api:read"
    required_permission = "orders.view_order"

    @list_order_events
    def get(self, request: Request, order_id: str) -> Response:
        """Everything that happened to an order, newest first; also to one that is deleted."""
        refuse_unknown_parameters(request, PAGE_PARAMETERS)
        scope = f"order-events:{order_id}"
        params = page_params(request, scope=scope)
        with timed("listOrderEvents"):
            page = order_events(order_id, limit=params.limit, position=params.position)
        return ok(
            [_event(one) for one in page.items],
            source="projection",
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )


def _event(event: Event) -> dict[str, Any]:
    return {
        "eventID": event.event_id,
        "kind": event.kind,
        "happenedAt": format_instant(event.happened_at),
        "updatedBy": event.updated_by,
        "fields": list(event.fields),
        "changes": shown(event.changes),
    }
