"""What the OpenAPI schema says of an order's timeline. Its serializers document; no request passes through them."""

# ruff: noqa: N815 - fields are named as in the contract's JSON

from rest_framework import serializers

from packprod.api.operations import ALWAYS, path
from packprod.api.parameters import PAGING
from packprod.api.schemas import Documented, documented, page

EVENT = {
    "eventID": "2025-10-21T04:00:00Z#0000000000000000000000000000000000000412#packprod",
    "kind": "changed",
    "happenedAt": "2025-10-21T04:00:00.120000Z",
    "updatedBy": "user anna",
    "fields": ["status"],
    "changes": {"status": {"from": "received", "to": "shipped"}},
}


class OrderEventSerializer(Documented):
    """One change of an order, whoever made it."""

    eventID = serializers.CharField()
    kind = serializers.ChoiceField(("created", "changed", "deleted"))
    happenedAt = serializers.DateTimeField()
    updatedBy = serializers.CharField(help_text="`token NAME`, `user NAME`, or `another program`.")
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What changed; empty when created or deleted."
    )
    changes = serializers.DictField(
        child=serializers.DictField(), help_text="`from` and `to` of status, total and contactID, where they changed."
    )


list_order_events = documented(
    "listOrderEvents",
    "List what happened to an order",
    tag="Orders",
    answers={
        200: page("OrderEventPage", OrderEventSerializer, "Events, newest first.", example=EVENT, source="projection")
    },
    errors=(*ALWAYS, 404),
    parameters=[path("orderID", "The order's id, not its reference."), *PAGING],
)
