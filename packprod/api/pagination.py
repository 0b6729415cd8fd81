"""`?limit=` and `?cursor=` of every list, and the `pagination` part of its answer."""

import re
from dataclasses import dataclass
from typing import Any

from rest_framework.request import Request

from packprod.api.cursors import read_cursor, sign_cursor
from packprod.api.parameters import refuse_parameter
from packprod.readmodels.lists.walk import Position

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
PAGE_PARAMETERS = ("limit", "cursor")


@dataclass(frozen=True, slots=True)
class PageParams:
    """How many rows, and after which position (None: from the start)."""

    limit: int
    position: Position | None


@dataclass(frozen=True, slots=True)
class Pagination:
    """`total` is the true count where it is known without reading more than the page, else None."""

    limit: int
    next_cursor: str | None
    total: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """`limit` and `nextCursor`, and `total` where known."""
        known = {} if self.total is None else {"total": self.total}
        return {"limit": self.limit, "nextCursor": self.next_cursor, **known}


def page_params(request: Request, *, scope: str) -> PageParams:
    """The page asked for. Raises InvalidInput naming `limit`, InvalidCursor for a cursor of another scope."""
    cursor = request.query_params.get("cursor")
    return PageParams(
        limit=_limit(request.query_params.get("limit")),
        position=Position.from_json(read_cursor(cursor, scope=scope)) if cursor else None,
    )


def pagination(page: PageParams, *, next_position: Position | None, scope: str, total: int | None = None) -> Pagination:
    """The answer's part; `next_position` None means that this was the last page."""
    next_cursor = None if next_position is None else sign_cursor(next_position.as_json(), scope=scope)
    return Pagination(limit=page.limit, next_cursor=next_cursor, total=total)


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= LARGEST_LIMIT:
        refuse_parameter("limit", "out_of_range", f"The limit must be a whole number from 1 to {LARGEST_LIMIT}.")
    return int(text)
