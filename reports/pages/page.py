"""The base of all report pages: permission, parameters, one report, and the page or the file made of it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from rest_framework.request import Request
from unfold.admin import ModelAdmin

from packprod.admin.links import may_view
from packprod.api.parameters import QueryParameter, requested_format
from packprod.dates import utc_now
from packprod.errors import InvalidInput, TooManyExports
from packprod.exports.response import CONTENT_TYPES, Format
from packprod.readmodels.rebuild.definitions import are_rules_outdated
from packprod.rights import may, rights_of
from reports.pages.filter_bar import BarLink, period_bar
from reports.pages.links import Links
from reports.pages.parameters import (
    PeriodParameters,
    ReportParameters,
    default_period_parameters,
    period_parameters,
    without_wrong,
)

Parameters = TypeVar("Parameters", bound=ReportParameters)
Report = TypeVar("Report")

REBUILDING = (
    "The settings or the program changed, and the figures are being computed afresh. Until that is done, they may be "
    "those of the old settings. Data health tells how far it is."
)


class ReportPage(ModelAdmin, Generic[Parameters, Report]):  # type: ignore[misc]  # unfold has no types
    """A subclass reads its parameters and its report, and prepares the report for the template and for a file."""

    template: ClassVar[str]
    from_orders: ClassVar[bool] = True
    """Whether its figures come from read models."""

    def parameters(self, request: HttpRequest, now: datetime) -> Parameters:
        """Reads the parameters of the address. Raises InvalidInput."""
        raise NotImplementedError

    def default_parameters(self, now: datetime) -> Parameters:
        """The parameters of an address that has none."""
        raise NotImplementedError

    def read(self, params: Parameters) -> Report:
        """The report. Raises EngineUnavailable."""
        raise NotImplementedError

    def context(self, report: Report, params: Parameters, links: Links) -> dict[str, Any]:
        """The template's `report`."""
        raise NotImplementedError

    def filter_bar(self, params: Parameters) -> dict[str, Any] | None:
        """The choices above the report, if it has any."""
        return None

    def file(self, report: Report, params: Parameters, *, format: Format) -> HttpResponseBase:
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
        if request.GET.get("format") in CONTENT_TYPES and not self.has_export_permission(request):
            raise PermissionDenied
        params, is_wrong = self._parameters(request, now=utc_now())
        report = self.read(params)
        status = HTTPStatus.BAD_REQUEST if is_wrong and "format" in request.GET else HTTPStatus.OK
        if not is_wrong and (file_format := requested_format(Request(request))):
            try:
                return self.file(report, params, format=file_format)
            except TooManyExports as exc:
                messages.warning(request, exc.message)
                status = HTTPStatus.TOO_MANY_REQUESTS
        context = {**self.admin_site.each_context(request), **self._context(request, report, params)}
        return TemplateResponse(request, self.template, context, status=status)

    def page_context(self, request: HttpRequest) -> dict[str, Any]:
        """The report for another page's template. Raises EngineUnavailable."""
        params, _ = self._parameters(request, now=utc_now())
        return self._context(request, self.read(params), params)

    def _parameters(self, request: HttpRequest, *, now: datetime) -> tuple[Parameters, bool]:
        """The parameters, and whether some were wrong: they are left out, and a message names them and the reason."""
        try:
            requested_format(Request(request))
            return self.parameters(request, now), False
        except InvalidInput as exc:
            reasons = " ".join(problem.message for problem in exc.problems) or exc.message
            rest = without_wrong(request, exc)
        if rest is None:
            messages.warning(request, f"{reasons} This is the report without parameters.")
            return self.default_parameters(now), True
        left_out = ", ".join(name for name in request.GET if name not in rest.GET)
        messages.warning(request, f"{reasons} This is the report without {left_out}.")
        return self._parameters(rest, now=now)[0], True

    def _context(self, request: HttpRequest, report: Report, params: Parameters) -> dict[str, Any]:
        if self.from_orders and are_rules_outdated():
            messages.warning(request, REBUILDING)
        own_address = Links(request).report(str(self.opts.model_name))
        return {
            "title": str(self.opts.verbose_name).capitalize(),
            "opts": self.opts,  # for the path above the page: Reports, then its name
            "report": self.context(report, params, Links(request)),
            "bar": self.filter_bar(params),
            "params": params,
            "files": [
                BarLink(label, f"{own_address}{params.query(format=name)}", current=False)
                for name, label in (("csv", "CSV"), ("xlsx", "Excel"))
                if self.has_export_permission(request)
            ],
        }

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_view(request.user, self.opts.label_lower)

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Whether the user may take the report as a file."""
        return may(request.user, rights_of(self.opts.label_lower).export)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PeriodPage(ReportPage[PeriodParameters, Report]):
    """A page whose report is of a period."""

    known_parameters: ClassVar[tuple[QueryParameter[Any], ...]]

    def parameters(self, request: HttpRequest, now: datetime) -> PeriodParameters:
        return period_parameters(request, known=self.known_parameters, now=now)

    def default_parameters(self, now: datetime) -> PeriodParameters:
        return default_period_parameters(now)

    def filter_bar(self, params: PeriodParameters) -> dict[str, Any]:
        return period_bar(params, known=self.known_parameters)
