"""The bar of saved views above a change list, and the addresses behind it: save, share, delete."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from packprod.admin.change_list import TableChangeList
from packprod.admin.saved_views.services import (
    SHARE,
    saved_view_delete,
    saved_view_save,
    saved_view_share,
    saved_views_of,
)
from packprod.errors import InvalidInput, NotFound


def saved_views_bar(request: HttpRequest, cl: TableChangeList) -> dict[str, Any]:
    """What the template shows of the saved views; one SQL query."""
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


def saved_view_urls(model_admin: "ModelAdmin[Any]") -> list[URLPattern]:
    """`…/views/save/` and `…/views/<id>/share|delete/` of a change list; only for those who may see the list."""
    page = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"

    def change(request: HttpRequest, view_id: int | None = None, what: str = "save") -> HttpResponse:
        if not model_admin.has_view_permission(request):
            raise PermissionDenied
        query = request.POST.get("query", "")
        try:
            query = _CHANGES[what](request, model_admin.opts.label_lower, view_id)
        except (InvalidInput, NotFound) as exc:
            messages.error(request, exc.message)
        return HttpResponseRedirect(f"{reverse(f'admin:{page}_changelist')}?{urlencode(parse_qsl(query))}")

    guarded = model_admin.admin_site.admin_view(require_POST(change))
    return [
        path("views/save/", guarded, name=f"{page}_save_view"),
        path("views/<int:view_id>/share/", guarded, {"what": "share"}, name=f"{page}_share_view"),
        path("views/<int:view_id>/delete/", guarded, {"what": "delete"}, name=f"{page}_delete_view"),
    ]


def _save(request: Any, page: str, view_id: int | None) -> str:
    view, is_replaced = saved_view_save(
        owner=request.user,
        page=page,
        name=request.POST.get("name", ""),
        query=request.POST.get("query", ""),
        is_shared=bool(request.POST.get("shared")),
    )
    done = "replaced" if is_replaced else "saved"
    messages.success(request, f"The view “{view.name}” is {done}{', for everybody' if view.is_shared else ''}.")
    return view.query


def _share(request: Any, page: str, view_id: int) -> str:
    shared = bool(request.POST.get("shared"))
    view = saved_view_share(owner=request.user, page=page, view_id=view_id, is_shared=shared)
    messages.success(request, f"“{view.name}” is {'shared with everybody' if shared else 'yours alone again'}.")
    return view.query


def _delete(request: Any, page: str, view_id: int) -> str:
    view = saved_view_delete(owner=request.user, page=page, view_id=view_id)
    messages.success(request, f"The view “{view.name}” is deleted.")
    return str(request.POST.get("query", ""))


_CHANGES: dict[str, Any] = {"save": _save, "share": _share, "delete": _delete}
