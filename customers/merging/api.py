"""`/api/customers/{contactID}/merge`: joins a contact with another customer, and parts it again."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from msgspec import Meta
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.merging.services import aliases_spread, contact_merge, contact_unmerge
from customers.merging.tasks import move_orders
from orders.contact_aliases import effective_contact
from packprod.admin.waking import wake
from packprod.api.answers import JsonObject, ok
from packprod.api.authentication import actor_of
from packprod.api.json import json_body
from packprod.api.openapi import inline_schema
from packprod.api.operations import ALWAYS, answer_of, operation, path_part
from packprod.dates import utc_now
from packprod.errors import FieldProblem, InvalidInput
from packprod.rights import CUSTOMERS

CONTACT_ID = path_part("contactID", "The contact that is joined with another one, and whose id is left no more.")
_EXAMPLE_IDS = ("0b8e1a52-6d0f-5c55-9f0e-2a4f0c1b7d33", "8d2c7b1a-4c1e-5f0b-8e0d-5b7a9c3d1f20")


class MergeRequest(JsonObject, forbid_unknown_fields=True):
    """What a merge takes."""

    into: Annotated[str, Meta(description="The customer that is left.")]


class MergeJson(JsonObject):
    """A contact and the customer that stands for it; null once they are parted."""

    contact_id: str
    merged_into: str | None


class CustomerMergeView(APIView):
    """`POST` and `DELETE /api/customers/{contactID}/merge`"""

    required_scope = "orders:write"
    required_permission = (*CUSTOMERS.view, "customers.merge_customer")

    @operation(
        "mergeCustomer",
        "Join a customer with another one",
        tag="Customers",
        path=[CONTACT_ID],
        query=(),
        body=inline_schema(MergeRequest),
        bodies={"Into another customer": MergeRequest(into=_EXAMPLE_IDS[1])},
        answers={
            200: answer_of(
                MergeJson,
                "Joined; the figures follow within seconds.",
                name="MergeAnswer",
                source="orders",
                examples={"example": MergeJson(_EXAMPLE_IDS[0], _EXAMPLE_IDS[1])},
            )
        },
        errors=(*ALWAYS, 404, 409),
    )
    def post(self, request: Request, contact_id: str) -> Response:
        """Makes the customer `into` stand for this one: all orders of either, later ones too, are that customer's. No
        order and no contact is changed. If `into` was joined with another customer itself, that one is left."""
        into = _into(request)
        left = contact_merge(contact_id=contact_id, into=into, merged_by=actor_of(request.user), now=utc_now())
        _follow(contact_id)
        _note(request, (contact_id, left), f"Customer {contact_id} joined with {left}, over the API.")
        return ok(MergeJson(contact_id, left), source="orders")

    @operation(
        "unmergeCustomer",
        "Part a customer again",
        tag="Customers",
        path=[CONTACT_ID],
        query=(),
        answers={
            200: answer_of(
                MergeJson,
                "Parted; the figures follow within seconds.",
                name="UnmergeAnswer",
                source="orders",
                examples={"example": MergeJson(_EXAMPLE_IDS[0], None)},
            )
        },
        errors=(*ALWAYS, 404, 409),
    )
    def delete(self, request: Request, contact_id: str) -> Response:
        """Undoes the merge: the customer has its own orders again, also those that came in meanwhile."""
        left = effective_contact(contact_id)
        contact_unmerge(contact_id=contact_id)
        _follow(contact_id)
        _note(request, (contact_id, left), f"Customer {contact_id} parted from {left}, over the API.")
        return ok(MergeJson(contact_id, None), source="orders")


def _follow(contact_id: str) -> None:
    """Wakes a worker for the read models, and returns once every process goes by the new aliases."""
    wake(move_orders, contact_id)
    aliases_spread()


def _note(request: Request, contact_ids: Sequence[str], text: str) -> None:
    """Notes it in the history of each customer, which knows people only; a token stands in the alias's row."""
    if request.user.pk is not None:
        customer = apps.get_model("customers", "customer")  # whose module knows this room
        customers = [customer(contact_id=one, name=one) for one in contact_ids]
        LogEntry.objects.log_actions(request.user.pk, customers, CHANGE, change_message=text)


def _into(request: Request) -> str:
    """The customer named in the body. Raises InvalidInput."""
    try:
        return msgspec.convert(json_body(request), MergeRequest).into
    except msgspec.ValidationError as exc:
        message = 'The body must be {"into": "…"}, the id of another customer, nothing else.'
        raise InvalidInput(message, problems=[FieldProblem("into", "invalid", message)]) from exc
