"""The bar above a change list: the views one may apply, which of them is on, and what would be saved."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.views.main import ORDER_VAR
from django.http import HttpRequest

from packprod.admin.change_list import TableChangeList
from packprod.admin.saved_views.selectors import saved_views_of
from packprod.admin.saved_views.services import SHARE


def saved_views_bar(request: HttpRequest, cl: TableChangeList) -> dict[str, Any]:
    """For the template; one SQL query."""
    user: Any = request.user
    query = present_query(cl)
    views = [
        {"view": view, "is_on": _same(view.query, query), "is_own": view.owner_id == user.pk}
        for view in saved_views_of(owner_id=user.pk, page=cl.opts.label_lower)
    ]
    return {"views": views, "query": query, "may_share": user.has_perm(SHARE), "none_on": not query}


def present_query(cl: TableChangeList) -> str:
    """Filters, search and sort of the list as it is shown, without its page. The sort goes by name: the columns'
    numbers differ between people."""
    kept = {name: values for name, values in cl.filter_params.items() if name != ORDER_VAR}
    if ORDER_VAR in cl.filter_params:
        kept[ORDER_VAR] = [cl.sort_name]
    return urlencode(sorted(kept.items()), doseq=True)


def _same(one: str, other: str) -> bool:
    return sorted(parse_qsl(one)) == sorted(parse_qsl(other))
