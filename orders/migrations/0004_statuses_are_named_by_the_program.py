"""The choices of a bulk change's status come from `orders.statuses`; the column stays as it is."""

from django.db import migrations, models

import orders.statuses


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_bulk_changes_store_their_list")]

    operations = [
        migrations.AlterField(
            model_name="bulkstatuschange",
            name="status",
            field=models.CharField(
                "new status", max_length=20, choices=orders.statuses.status_choices, blank=True, default=""
            ),
        ),
    ]
