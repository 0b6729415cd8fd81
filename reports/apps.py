"""Makes reports a Django app: the read models by day and the report pages."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures over many orders."""

    name = "reports"
