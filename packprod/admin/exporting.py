"""Files of a change list: the selected rows, or all that match its filters, in its order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from packprod.admin.table_model import TableQuerySet
from packprod.dates import business_date
from packprod.errors import TooManyExports
from packprod.exports.export import Export, file_name
from packprod.exports.response import Format, export_response

FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True)
class ListExport:
    """One kind of file: its columns, and how its rows are made of the list's. `title` is its name in the menu."""

    title: str
    export: Export[Any]
    rows: Callable[[Iterable[Any]], Iterable[Any]]


def export_file(queryset: TableQuerySet[Any], kind: ListExport, *, format: Format) -> HttpResponseBase:
    """The download, read while it is sent. Raises TooManyExports, EngineUnavailable."""
    day = business_date(queryset.now)
    name = file_name(kind.export.name.replace(" ", "-"), start=day, end=day)
    return export_response(kind.export, kind.rows(queryset), format=format, filename=name)


def export_selection(model_admin: Any, request: HttpRequest, queryset: Any, format: Format) -> HttpResponseBase | None:
    """The answer of an action: the first kind of file of the selected rows; None with a message where it must wait."""
    first = next(iter(model_admin.exports.values()))
    try:
        return export_file(queryset, first, format=format)
    except TooManyExports as exc:
        messages.warning(request, exc.message)
        return None


def export_urls(model_admin: Any) -> list[URLPattern]:
    """`…/export/<kind>/<format>/?filters`: all that match."""
    page = f"{model_admin.opts.app_label}_{model_admin.opts.model_name}"

    def export(request: HttpRequest, kind: str, format: Format) -> HttpResponseBase:
        if not (model_admin.has_view_permission(request) and model_admin.has_export_permission(request)):
            raise PermissionDenied
        if kind not in model_admin.exports or format not in FORMATS:
            raise Http404
        list_url = reverse(f"admin:{page}_changelist")
        try:
            return export_file(model_admin.matching(request), model_admin.exports[kind], format=format)
        except IncorrectLookupParameters:  # the list says what it was
            return HttpResponseRedirect(f"{list_url}?{ERROR_FLAG}=1")
        except TooManyExports as exc:
            messages.warning(request, exc.message)
            return HttpResponseRedirect(f"{list_url}?{request.GET.urlencode()}")

    view = model_admin.admin_site.admin_view(export)
    return [path("export/<str:kind>/<str:format>/", view, name=f"{page}_export")]


def export_menu(model_admin: Any, request: HttpRequest, query: str) -> list[dict[str, str]]:
    """The files that the bar offers for the list as it is shown; none for those who may not export."""
    if not model_admin.has_export_permission(request):
        return []
    return [
        {"title": f"{kind.title}, {format.upper()}", "url": f"export/{name}/{format}/?{query}"}
        for name, kind in model_admin.exports.items()
        for format in FORMATS
    ]
