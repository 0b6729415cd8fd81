"""What every report page does: permission, parameters, one report, the page around it."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from packprod.dates import utc_now
from packprod.errors import InvalidInput
from packprod.observability.timing import timed
from reports.admin.asked import Asked, asked, asked_by_default
from reports.admin.filter_bar import filter_bar
from reports.admin.links import Links


class ReportPage(ModelAdmin):  # type: ignore[misc]
    """A subclass names its template, parameters and operation, reads its report and prepares it for the template."""

    template: ClassVar[str]
    operation: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]] = ()

    def read(self, asked: Asked) -> Any:
        """The report, from its service. Raises EngineUnavailable."""
        raise NotImplementedError

    def shown(self, report: Any, asked: Asked, links: Links) -> dict[str, Any]:
        """The report as its template shows it."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """One page, where the change list of a model is."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.page), name=name)]

    def page(self, request: HttpRequest) -> HttpResponseBase:
        """GET. Raises PermissionDenied, EngineUnavailable."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {**self.admin_site.each_context(request), "title": self.title, **self.context(request)}
        return TemplateResponse(request, self.template, context)

    @property
    def title(self) -> str:
        """As the menu says it."""
        return str(self.opts.verbose_name).capitalize()

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Filter bar and figures. Raises EngineUnavailable."""
        wanted = self._asked(request, now=utc_now())
        report = self._timed(wanted)
        bar = filter_bar(wanted, parameters=self.parameters) if self.parameters else None
        return {"report": self.shown(report, wanted, Links(request)), "bar": bar, "asked": wanted}

    def _timed(self, wanted: Asked) -> Any:
        with timed(self.operation) as reading:
            report = self.read(wanted)
            reading.hit(items=len(report))
        return report

    def _asked(self, request: HttpRequest, *, now: datetime) -> Asked:
        try:
            return asked(request, parameters=self.parameters, now=now)
        except InvalidInput as exc:
            reasons = " ".join(problem.message for problem in exc.problems)
            messages.warning(request, f"{reasons} The report is shown as it is without parameters.")
            return asked_by_default(now)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
