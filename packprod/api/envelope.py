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
    rebuilding: bool = False,
) -> Response:
    """`{"data", "meta": {cacheHit, responseTime, requestId, source}}`; lists add `pagination`, if known `total`.

    `rebuilding`: meta says that figures may be old, since a rebuild by new rules is not done.
    """
    request = current_request()
    body: dict[str, Any] = {
        "data": data,
        "meta": {
            "cacheHit": cache_hit,
            "responseTime": f"{round(request.elapsed_ms())}ms",
            "requestId": request.id,
            "source": source,
            **({"rebuilding": True} if rebuilding else {}),
        },
    }
    if pagination is not None:
        body["pagination"] = pagination.as_dict()
        if pagination.total is not None:
            body["total"] = pagination.total
    return Response(body, status=status)
