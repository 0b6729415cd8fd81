"""Files of reports, for the groups that may view them."""

from django.db import migrations

from packprod.admin.groups import OTHER_FILES, REPORT_FILES, grant


class Migration(migrations.Migration):
    dependencies = [("packprod_admin", "0005_groups_contacts")]
    operations = [grant((*REPORT_FILES, *OTHER_FILES))]
