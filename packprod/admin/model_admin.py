"""The ModelAdmin of a table model: list, page and history of its rows, read through its source."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, reverse
from unfold.admin import ModelAdmin

from packprod.admin.change_list import RowlessChangeList, TableChangeList
from packprod.admin.exporting import ListExport, export_menu, export_selection, export_urls
from packprod.admin.links import may_view, with_dots
from packprod.admin.panels import Button, Panel, panels_of
from packprod.admin.saved_views.views import saved_view_urls, saved_views_bar
from packprod.admin.table_model import TableModel, TableQuerySet, TableSource
from packprod.dates import utc_now
from packprod.errors import InvalidCursor
from packprod.rights import may, rights_of


class TableModelAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Subclasses name `source`, columns, filters and panels; nothing is added, changed or deleted by a form."""

    source: ClassVar[TableSource[Any]]
    exports: ClassVar[dict[str, ListExport]] = {}
    actions: Sequence[str] = ("export_csv", "export_xlsx")
    when_empty: ClassVar[str] = ""
    icon: ClassVar[str] = "tag"
    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # a count per choice would be a query per choice
    list_filter_submit = True
    list_fullwidth = True
    list_before_template = "packprod_admin/above_list.html"
    actions_selection_counter = True
    change_list_template = "packprod_admin/change_list.html"
    change_form_template = "packprod_admin/detail.html"

    def get_queryset(self, request: HttpRequest) -> TableQuerySet[Any]:
        return TableQuerySet(self.model, self.source, utc_now())

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TableChangeList]:
        """An export needs the list's queryset only."""
        match = request.resolver_match
        is_export = match is not None and str(match.url_name).endswith("_export")
        return RowlessChangeList if is_export else TableChangeList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters as exc:
            reason = exc.args[0] if exc.args and isinstance(exc.args[0], str) else "This list has no such filter."
            messages.warning(request, f"{reason} Here is the whole list.")
            raise

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            answer: Any = super().changelist_view(request, extra_context)
            cl = getattr(answer, "context_data", None) and answer.context_data.get("cl")
            if cl is not None:
                answer.context_data |= self.list_context(request, cl)
        except InvalidCursor:
            messages.warning(request, "That page belongs to another list; here is this one from its beginning.")
            return HttpResponseRedirect(_without_page(request))
        return cast(HttpResponse, answer)

    def list_context(self, request: HttpRequest, cl: TableChangeList) -> dict[str, Any]:
        """What the list's template shows around the rows."""
        selected = "All that match are selected" if cl.total is None else f"All {cl.total_text} selected"
        saved = saved_views_bar(request, cl)
        return {
            "saved": saved,
            "files": export_menu(self, request, saved["query"]),
            "selection_note_all": selected,
            "title": self.list_title,
        }

    def in_short(self, obj: Any) -> str:
        """What a row is, beside its name, where Ctrl-K finds it."""
        return str(self.opts.verbose_name)

    @property
    def list_title(self) -> str:
        """The page's title."""
        return str(self.opts.verbose_name_plural).capitalize()

    def get_urls(self) -> list[URLPattern]:
        return [*saved_view_urls(self), *export_urls(self), *super().get_urls()]

    def matching(self, request: HttpRequest) -> TableQuerySet[Any]:
        """All that match the address's filters and search, in its order; no row is read yet."""
        return cast("TableQuerySet[Any]", self.get_changelist_instance(request).queryset)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Named by the actions that make files."""
        return bool(self.exports) and may(request.user, rights_of(self.opts.label_lower).export)

    def has_view_permission(self, request: HttpRequest, obj: TableModel | None = None) -> bool:
        return may_view(request.user, self.opts.label_lower)

    @admin.action(description="Export the selection as CSV", permissions=["export"])
    def export_csv(self, request: HttpRequest, queryset: TableQuerySet[Any]) -> HttpResponseBase | None:
        """The selected rows, or all that match."""
        return export_selection(self, request, queryset, "csv")

    @admin.action(description="Export the selection as XLSX", permissions=["export"])
    def export_xlsx(self, request: HttpRequest, queryset: TableQuerySet[Any]) -> HttpResponseBase | None:
        """The selected rows, or all that match."""
        return export_selection(self, request, queryset, "xlsx")

    def get_search_results(
        self, request: HttpRequest, queryset: TableQuerySet[Any], search_term: str
    ) -> tuple[TableQuerySet[Any], bool]:
        return queryset.search(search_term), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> TableModel | None:
        found = list(self.get_queryset(request).filter(pk=object_id)) if from_field is None else []
        return found[0] if found else None

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """With Django's message, but back to the list as it was; Django leads to the start.

        Raises PermissionDenied: for its history, Django looks for the row before the permission.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        preserved = {"preserved_filters": self.get_preserved_filters(request), "opts": opts}
        page = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
        return HttpResponseRedirect(add_preserved_filters(preserved, page))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The page is for reading: there is no form that could be sent."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return super().changeform_view(request, object_id and with_dots(object_id), form_url, extra_context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer: HttpResponse = super().history_view(request, with_dots(object_id), extra_context)
        return answer

    def get_fields(self, request: HttpRequest, obj: TableModel | None = None) -> Sequence[str]:
        """No form: a page shows panels, a change is an action."""
        return ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: TableModel | None = None, **kwargs: Any
    ) -> Any:
        """The page's panels are read here, in the view: what fails, fails before anything is sent."""
        panels: list[Panel] = panels_of(self.opts.label_lower, obj, request) if obj else []
        context |= {
            "title": self.opts.verbose_name,
            "main_panels": [panel for panel in panels if not panel.aside],
            "aside_panels": [panel for panel in panels if panel.aside],
            "buttons": self.buttons(request, obj) if obj else (),
        }
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def buttons(self, request: HttpRequest, obj: Any) -> Sequence[Button]:
        """What this person can do now on the page of a row."""
        return ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TableModel | None = None) -> bool:
        return False


def _without_page(request: HttpRequest) -> str:
    parameters = request.GET.copy()
    parameters.pop(PAGE_VAR, None)
    return f"{request.path}?{parameters.urlencode()}"
