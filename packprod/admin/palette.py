"""What Ctrl-K finds besides pages: orders, customers and products, found as in the search boxes of their lists."""

from collections.abc import Iterator

from django.contrib import admin
from django.http import HttpRequest
from unfold.dataclasses import SearchResult

from packprod.admin.links import change_url
from packprod.admin.model_admin import TableModelAdmin
from packprod.admin.table_model import TableQuery
from packprod.dates import utc_now
from packprod.text import normal_text

LEAST_CHARACTERS = 2
LONGEST_TEXT = 200
MOST_OF_A_LIST = 5


def found_in_lists(request: HttpRequest, folded: str) -> list[SearchResult]:
    """unfold's search callback: the first few of every list that this person may open. Raises EngineUnavailable.

    unfold folds the text's case, so it is read from the address: product codes have their case.
    """
    text = normal_text(request.GET.get("s", folded))[:LONGEST_TEXT]
    if len(text) < LEAST_CHARACTERS:
        return []
    return [result for page in _lists(request) for result in _found(page, text)]


def _lists(request: HttpRequest) -> Iterator[TableModelAdmin]:
    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, TableModelAdmin) and model_admin.has_view_permission(request):
            yield model_admin


def _found(page: TableModelAdmin, text: str) -> Iterator[SearchResult]:
    rows = page.source.page(TableQuery(search=text), limit=MOST_OF_A_LIST, position=None, now=utc_now()).items
    for row in rows:
        address = change_url(page.opts.label_lower, row.pk)
        yield SearchResult(title=str(row), description=page.in_short(row), link=address, icon=page.icon)
