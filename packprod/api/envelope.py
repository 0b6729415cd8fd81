"""The envelope of every successful answer (contract, section 6)."""

from typing import Any, Literal

from rest_framework.response import Response

from packprod.api.pagination import Pagination
from packprod.observability.request_context import current_request

Source = Literal["cache", "projection", "orders"]


def ok(
    data: Any,
    *,
    source: Source,
    cache_hit: bool = False,
    pagination: Pagination | None = None,
    status: int = 200,
) -> Response:
    """`{"data", "meta": {cacheHit, responseTime, requestId, source}}`; lists add `pagination`, if known `total`."""
    request = current_request()
    body: dict[str, Any] = {
        "data": data,
        "meta": {
            "cacheHit": cache_hit,
            "responseTime": f"{round(request.elapsed_ms())}ms",
            "requestId": request.id,
            "source": source,
        },
    }
    if pagination is not None:
        body["pagination"] = pagination.as_dict()
        if pagination.total is not None:
            body["total"] = pagination.total
    return Response(body, status=status)
