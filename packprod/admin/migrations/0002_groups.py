"""The groups that a new installation starts with."""

from django.db import migrations

from packprod.admin.groups import grant


class Migration(migrations.Migration):
    dependencies = [
        ("packprod_admin", "0001_saved_views"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [grant()]
