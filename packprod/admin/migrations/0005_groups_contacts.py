"""Joining, parting and editing customers, for the groups whose work that is."""

from django.db import migrations

from packprod.admin.groups import CONTACTS, grant


class Migration(migrations.Migration):
    dependencies = [("packprod_admin", "0004_groups_reports")]
    operations = [grant(CONTACTS)]
