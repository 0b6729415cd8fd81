"""`POST /admin/contacts/import`: the door that n8n knocks on. What it hears is kept in the inbox, accepted or not."""

from typing import Any, cast

from django.http.request import UnreadablePostError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from customers.import_answers import import_answer
from customers.import_schema import import_orders
from customers.importing.service import OnConflict
from customers.inbox.receiving import import_keep
from packprod.api.authentication import actor_of
from packprod.api.choices import choice
from packprod.api.json import json_body, to_plain
from packprod.api.parameters import refuse_unknown_parameters
from packprod.dates import utc_now
from packprod.observability.request_context import current_request
from packprod.observability.timing import timed


class ImportView(APIView):
    """One order, an array of orders, or {"orders": [...]}."""

    required_scope = "orders:import"
    required_permission = "orders.add_order"
    sender = ""

    @import_orders
    def post(self, request: Request) -> Response:
        """201 when one order is created, 200 when it was there; an array is always 200, a status per row."""
        refuse_unknown_parameters(request, ("onConflict",))
        on_conflict = cast(OnConflict, choice(request, "onConflict", ("reject", "update"), default="reject"))
        body = json_body(request)
        with timed("importOrders"):
            return import_answer(body=body, on_conflict=on_conflict, updated_by=self.sender, now=utc_now())

    def perform_authentication(self, request: Request) -> None:
        """Remembers who sends: what comes from nobody we know is not kept."""
        super().perform_authentication(request)
        self.sender = actor_of(request.user)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Has Django keep the body before a parser reads it: a session's check of its token reads it already."""
        _ = request.body
        super().initial(request, *args, **kwargs)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Keeps what was received together with what it is answered."""
        if self.sender and request.method == "POST":
            self._keep(request, response)
        return super().finalize_response(request, response, *args, **kwargs)

    def _keep(self, request: Request, response: Response) -> None:
        try:
            body = request.body
        except UnreadablePostError:  # it never arrived whole
            return
        import_keep(
            body=body,
            sender=self.sender,
            on_conflict=request.query_params.get("onConflict", ""),
            status=response.status_code,
            data=to_plain(response.data),
            request_id=current_request().id,
            now=utc_now(),
        )
