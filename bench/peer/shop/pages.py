"""The pages of lists: DRF's cursor pagination, which needs no count and no offset."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response


class Pages(CursorPagination):
    """50 rows a page, `?limit=` up to 200, in PackProd's envelope. `ordering` is set by the view."""

    page_size, page_size_query_param, max_page_size = 50, "limit", 200

    def __init__(self, *ordering: str, total: QuerySet[Any] | None = None) -> None:
        self._ordering, self._total = ordering, total

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        """The view's ordering, which is total."""
        return self._ordering

    def get_paginated_response(self, data: Any) -> Response:
        """The rows, where the next page starts, and the true count if the view gave what to count."""
        page: dict[str, Any] = {"limit": self.page_size, "nextCursor": self.get_next_link()}
        if self._total is not None:
            page["total"] = self._total.count()
        return Response({"data": data, "meta": {"source": "database"}, "pagination": page})
