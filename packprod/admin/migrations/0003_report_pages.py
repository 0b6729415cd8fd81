"""The report pages, for the groups whose work they are."""

from django.db import migrations

from packprod.admin.groups import grant


class Migration(migrations.Migration):
    dependencies = [("packprod_admin", "0002_groups")]
    operations = [
        grant(
            (
                "reports.view_overview",
                "reports.view_sales",
                "reports.view_products",
                "reports.view_statistics",
                "reports.view_cohorts",
                "reports.view_overduereorders",
                "reports.view_performance",
            )
        )
    ]
