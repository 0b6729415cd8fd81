"""Imports are found by their references whole, in the form in which they are compared; those received so far, too."""

import json

from django.db import migrations, models

from customers.inbox.reference_keys import reference_keys

ROWS = 500


def fill(apps, schema_editor):
    """The references stand in the results, uncut."""
    rows = apps.get_model("customers", "ReceivedImport").objects.only("pk", "results_json")
    for row in rows.order_by("pk").iterator(chunk_size=ROWS):
        named = [str(one["orderReference"]) for one in json.loads(row.results_json) if one.get("orderReference")]
        rows.filter(pk=row.pk).update(reference_keys=reference_keys(named))


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_merging")]
    operations = [
        migrations.AddField(
            model_name="receivedimport",
            name="reference_keys",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
