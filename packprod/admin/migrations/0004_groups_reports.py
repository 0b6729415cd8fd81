"""The report pages, for the groups whose work they are."""

from django.db import migrations

from packprod.admin.groups import REPORTS, grant


class Migration(migrations.Migration):
    dependencies = [("packprod_admin", "0003_groups_operations")]
    operations = [grant((*REPORTS, "reports.view_performance"))]
