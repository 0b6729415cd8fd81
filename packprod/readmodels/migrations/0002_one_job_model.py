"""A run's columns get the names that all long work shares; a heartbeat becomes the claim that it stood for."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F

CLAIM = timedelta(seconds=30)


def claim_until(apps, schema_editor):
    runs = apps.get_model('readmodels', 'ReadModelRun').objects
    runs.filter(slot=None).update(claimed_until=None)
    runs.filter(claimed_until__isnull=False).update(claimed_until=F('claimed_until') + CLAIM)


def heartbeat_at(apps, schema_editor):
    runs = apps.get_model('readmodels', 'ReadModelRun').objects
    runs.filter(claimed_until__isnull=False).update(claimed_until=F('claimed_until') - CLAIM)


class Migration(migrations.Migration):

    dependencies = [
        ('readmodels', '0001_runs'),
    ]

    operations = [
        migrations.AlterModelOptions(name='readmodelrun', options={'default_permissions': ()}),
        migrations.RenameField('readmodelrun', 'requested_by', 'created_by'),
        migrations.RenameField('readmodelrun', 'requested_at', 'created_at'),
        migrations.RenameField('readmodelrun', 'finished_at', 'ended_at'),
        migrations.RenameField('readmodelrun', 'error', 'trouble'),
        migrations.RenameField('readmodelrun', 'heartbeat_at', 'claimed_until'),
        migrations.AlterModelOptions(
            name='readmodelrun', options={'default_permissions': (), 'ordering': ['-created_at', '-pk']}
        ),
        migrations.AlterField('readmodelrun', 'created_at', models.DateTimeField(verbose_name='created')),
        migrations.AlterField('readmodelrun', 'ended_at', models.DateTimeField(null=True, verbose_name='ended')),
        migrations.RunPython(claim_until, heartbeat_at),
    ]
