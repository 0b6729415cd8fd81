"""The ModelAdmin of rows in SQL that the program writes: a list, and a page of panels and buttons instead of a form."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from unfold.admin import ModelAdmin

from packprod.admin.panels import Button, Panel


class RecordAdmin(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """Subclasses give `panels` and `buttons`; nothing is added, changed or deleted by a form."""

    list_title: ClassVar[str] = ""
    when_empty: ClassVar[str] = ""
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    change_list_template = "packprod_admin/change_list.html"
    change_form_template = "packprod_admin/record.html"

    def panels(self, request: HttpRequest, obj: Any) -> Sequence[Panel]:
        """What the page shows."""
        return ()

    def buttons(self, request: HttpRequest, obj: Any) -> Sequence[Button]:
        """What this person can do now."""
        return ()

    def is_live(self, obj: Any) -> bool:
        """Whether the page shows progress, and should read itself again every two seconds."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        titled = {"title": self.list_title or str(self.opts.verbose_name_plural).capitalize()}
        answer: HttpResponse = super().changelist_view(request, titled | (extra_context or {}))
        return answer

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        panels = self.panels(request, obj)
        context |= {
            "title": str(self.opts.verbose_name).capitalize(),
            "main_panels": [panel for panel in panels if not panel.aside],
            "aside_panels": [panel for panel in panels if panel.aside],
            "buttons": self.buttons(request, obj),
            "is_live": self.is_live(obj),
        }
        answer: HttpResponse = super().render_change_form(request, context, *args, obj=obj, **kwargs)
        if "HX-Request" in request.headers and not self.is_live(obj):
            answer["HX-Refresh"] = "true"  # the last look of a page that was live: its buttons are others now
        return answer

    def route(self, name: str, view: Any) -> Any:
        """A page below the record's own: `…/ID/name/`, reversed by `url`."""
        return path(f"<path:object_id>/{name}/", self.admin_site.admin_view(view), name=self._route_name(name))

    def url(self, name: str, obj: Any) -> str:
        """The address of such a page; `change` is the record's own."""
        return reverse(f"admin:{self._route_name(name)}", args=[obj.pk])

    def _route_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def back(self, obj: Any) -> HttpResponse:
        """To the record's page."""
        return HttpResponseRedirect(self.url("change", obj))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def only_post(request: HttpRequest) -> HttpResponse | None:
    """405 for anything but a POST, as no link may change anything."""
    return None if request.method == "POST" else HttpResponseNotAllowed(["POST"])
