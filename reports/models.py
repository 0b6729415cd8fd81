"""A model without a table for each report: its entry in the menu and the permission to view it.

`reports.view_overview`, `reports.view_sales`, … say who may open which page; `reports.export_overview`, … who may take
it as a file.
"""

# ruff: noqa: DJ008 - no row ever exists, so there is none to name

from django.db import models


class Report(models.Model):
    """What all reports have in common: no table, a permission to view and one to export."""

    class Meta:
        abstract = True
        managed = False
        default_permissions = ("view", "export")


class Overview(Report):
    """The start page."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "overview"


class Sales(Report):
    """Sales over time."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "sales"


class Products(Report):
    """Products by revenue."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "products"


class Statistics(Report):
    """All-time statistics."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "statistics"


class Cohorts(Report):
    """Who comes back, by month of the first order."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "cohorts"


class OverdueReorders(Report):
    """Customers who should have ordered again by now."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "overdue to reorder"


class Performance(Report):
    """How fast PackProd answers."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "performance"


class DataHealth(Report):
    """Whether everything is in the figures, and what to do if not."""

    class Meta(Report.Meta):
        verbose_name = verbose_name_plural = "data health"
        permissions = [
            ("verify_datahealth", "Can start a verification"),
            ("rebuild_datahealth", "Can start a rebuild"),
            ("replay_datahealth", "Can replay dead letters"),
        ]
