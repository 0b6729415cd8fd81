"""A report page over a period of business days."""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest

from reports.admin.asked import AskedPeriod, asked_for_period, period_by_default
from reports.admin.filter_bar import period_bar
from reports.admin.page import ReportPage


class PeriodPage(ReportPage):
    """`parameters` are those that the page knows."""

    parameters: ClassVar[tuple[str, ...]]

    def ask(self, request: HttpRequest, now: datetime) -> AskedPeriod:
        return asked_for_period(request, parameters=self.parameters, now=now)

    def ask_by_default(self, now: datetime) -> AskedPeriod:
        return period_by_default(now)

    def bar(self, asked: AskedPeriod) -> dict[str, Any]:
        return period_bar(asked, parameters=self.parameters)
