"""Makes reports a Django app: registers the read models by day, and data health's metrics."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures over many orders."""

    name = "reports"

    def ready(self) -> None:
        """The read models are known from here on."""
        from packprod.observability.metrics import register_refresher
        from packprod.readmodels.registry import register_read_model
        from reports.figures.read_model import ALL_TIME, CALENDAR, DAILY_SALES, DAYS, MONTHLY_SALES, MONTHS
        from reports.health.gauges import refresh_gauges

        for model in (DAYS, DAILY_SALES, MONTHS, MONTHLY_SALES, CALENDAR, ALL_TIME):
            register_read_model(model)
        register_refresher(refresh_gauges)
