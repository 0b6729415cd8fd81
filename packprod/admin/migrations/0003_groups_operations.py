"""What the groups may do in the inbox, with bulk changes and on the page of data health."""

from django.db import migrations

from packprod.admin.groups import BULK, HEALTH, INBOX, grant


class Migration(migrations.Migration):
    dependencies = [("packprod_admin", "0002_groups")]
    operations = [grant((*BULK, *INBOX, *HEALTH))]
