"""`GET /api/orders/{orderID}/events`: what happened to an order."""

from typing import Annotated, Any

from msgspec import Meta
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orders.api.one_order import ORDER_ID
from orders.rows import plain_json
from orders.timeline.selectors import Event, order_events
from packprod.api.answers import Instant, JsonObject, ok, one_of, pagination
from packprod.api.operations import ALWAYS, operation, page_of
from packprod.api.parameters import PAGING, page_params
from packprod.dates import format_instant
from packprod.observability.timing import timed
from packprod.rights import ORDERS


class OrderEventJson(JsonObject):
    """One change of an order, whoever made it."""

    event_id: str
    kind: Annotated[str, one_of(("created", "changed", "deleted"))]
    happened_at: Instant
    updated_by: Annotated[str, Meta(description="`token NAME`, `user NAME`, or `another program`.")]
    fields: Annotated[list[str], Meta(description="What changed; empty when created or deleted.")]
    changes: Annotated[
        dict[str, dict[str, Any]],
        Meta(description="`from` and `to` of status, total and contactID, where they changed."),
    ]


EVENT_EXAMPLE = OrderEventJson(
    event_id="2025-10-21T04:00:00Z#0000000000000000000000000000000000000412#packprod",
    kind="changed",
    happened_at="2025-10-21T04:00:00.120000Z",
    updated_by="user anna",
    fields=["status"],
    changes={"status": {"from": "received", "to": "shipped"}},
)


class OrderEventsView(APIView):
    """`GET /api/orders/{orderID}/events`"""

    required_scope = "api:read"
    required_permission = ORDERS.view

    @operation(
        "listOrderEvents",
        "List what happened to an order",
        tag="Orders",
        path=[ORDER_ID],
        query=PAGING,
        answers={200: page_of(OrderEventJson, "Events, newest first.", example=EVENT_EXAMPLE, source="projection")},
        errors=(*ALWAYS, 404),
    )
    def get(self, request: Request, order_id: str) -> Response:
        """Everything that happened to an order, newest first; also to one that is deleted."""
        scope = f"order-events:{order_id}"
        params = page_params(request, scope=scope)
        with timed("listOrderEvents"):
            page = order_events(order_id, limit=params.limit, position=params.position)
        return ok(
            [_event(one) for one in page.items],
            source="projection",
            pagination=pagination(params, next_position=page.next_position, scope=scope, total=page.total),
        )


def _event(event: Event) -> OrderEventJson:
    return OrderEventJson(
        event_id=event.event_id,
        kind=event.kind,
        happened_at=format_instant(event.happened_at),
        updated_by=event.updated_by,
        fields=list(event.fields),
        changes=plain_json(event.changes),
    )
