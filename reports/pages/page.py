"""What every report page does: permission, parameters, one report, and the page or the file made of it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from rest_framework.request import Request
from unfold.admin import ModelAdmin

from packprod.api.parameters import requested_format
from packprod.dates import utc_now
from packprod.errors import InvalidInput, TooManyExports
from packprod.exports.response import Format
from packprod.readmodels.rebuild.definitions import is_rebuild_due
from reports.pages.filter_bar import Choice, period_bar
from reports.pages.links import Links
from reports.pages.parameters import (
    PeriodParameters,
    ReportParameters,
    period_by_default,
    period_parameters,
    without_wrong,
)

REBUILDING = (
    "The settings or the program changed, and the figures are being computed afresh. Until that is done, they may be "
    "those of the old settings. Data health tells how far it is."
)


class ReportPage(ModelAdmin):  # type: ignore[misc]  # unfold has no types
    """A subclass says what can be asked, reads its report, and prepares it for the template and for a file."""

    template: ClassVar[str]
    from_orders: ClassVar[bool] = True
    """Whether its figures come from read models."""

    def ask(self, request: HttpRequest, now: datetime) -> Any:
        """What the address asks for, an ReportParameters. Raises InvalidInput."""
        raise NotImplementedError

    def ask_by_default(self, now: datetime) -> Any:
        """What a bare address shows."""
        raise NotImplementedError

    def read(self, asked: Any) -> Any:
        """The report, from its service. Raises EngineUnavailable."""
        raise NotImplementedError

    def shown(self, report: Any, asked: Any, links: Links) -> dict[str, Any]:
        """The report as its template shows it."""
        raise NotImplementedError

    def bar(self, asked: Any) -> dict[str, Any] | None:
        """The choices above the report, if it has any."""
        return None

    def file(self, report: Any, asked: Any, *, format: Format) -> HttpResponseBase:
        """The report as a file. Raises TooManyExports."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """One page, where the change list of a model is."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_changelist"
        return [path("", self.admin_site.admin_view(self.page), name=name)]

    def page(self, request: HttpRequest) -> HttpResponseBase:
        """GET. Raises PermissionDenied, EngineUnavailable."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked, problem = self._asked(request, now=utc_now())
        report = self.read(asked)
        status = HTTPStatus.BAD_REQUEST if problem and "format" in request.GET else HTTPStatus.OK
        if not problem and (file_format := requested_format(Request(request))):
            try:
                return self.file(report, asked, format=file_format)
            except TooManyExports as exc:
                messages.warning(request, exc.message)
                status = HTTPStatus.TOO_MANY_REQUESTS
        context = {**self.admin_site.each_context(request), **self._context(request, report, asked)}
        return TemplateResponse(request, self.template, context, status=status)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        """The report for another page's template. Raises EngineUnavailable."""
        asked, _ = self._asked(request, now=utc_now())
        return self._context(request, self.read(asked), asked)

    def _asked(self, request: HttpRequest, *, now: datetime) -> tuple[ReportParameters, bool]:
        """What is asked for and whether there was something wrong: a message says what was left out, and why."""
        try:
            requested_format(Request(request))
            return self.ask(request, now), False
        except InvalidInput as exc:
            reasons = " ".join(problem.message for problem in exc.problems) or exc.message
            rest = without_wrong(request, exc)
        if rest is None:
            messages.warning(request, f"{reasons} This is the report without parameters.")
            return self.ask_by_default(now), True
        left_out = ", ".join(name for name in request.GET if name not in rest.GET)
        messages.warning(request, f"{reasons} This is the report without {left_out}.")
        return self._asked(rest, now=now)[0], True

    def _context(self, request: HttpRequest, report: Any, asked: ReportParameters) -> dict[str, Any]:
        if self.from_orders and is_rebuild_due():
            messages.warning(request, REBUILDING)
        own_address = Links(request).report(str(self.opts.model_name))
        return {
            "title": str(self.opts.verbose_name).capitalize(),
            "opts": self.opts,  # for the path above the page: Reports, then its name
            "report": self.shown(report, asked, Links(request)),
            "bar": self.bar(asked),
            "asked": asked,
            "files": [
                Choice(label, f"{own_address}{asked.query(format=name)}", current=False)
                for name, label in (("csv", "CSV"), ("xlsx", "Excel"))
            ],
        }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PeriodPage(ReportPage):
    """`parameters` are those that the page knows."""

    parameters: ClassVar[tuple[str, ...]]

    def ask(self, request: HttpRequest, now: datetime) -> PeriodParameters:
        return period_parameters(request, parameters=self.parameters, now=now)

    def ask_by_default(self, now: datetime) -> PeriodParameters:
        return period_by_default(now)

    def bar(self, asked: PeriodParameters) -> dict[str, Any]:
        return period_bar(asked, parameters=self.parameters)
