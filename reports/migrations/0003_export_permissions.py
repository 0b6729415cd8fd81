"""A permission to export each report as a file."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0002_data_health'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='cohorts',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'cohorts', 'verbose_name_plural': 'cohorts'},
        ),
        migrations.AlterModelOptions(
            name='datahealth',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'permissions': [('verify_datahealth', 'Can start a verification'), ('rebuild_datahealth', 'Can start a rebuild'), ('replay_datahealth', 'Can replay dead letters')], 'verbose_name': 'data health', 'verbose_name_plural': 'data health'},
        ),
        migrations.AlterModelOptions(
            name='overduereorders',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'overdue to reorder', 'verbose_name_plural': 'overdue to reorder'},
        ),
        migrations.AlterModelOptions(
            name='overview',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'overview', 'verbose_name_plural': 'overview'},
        ),
        migrations.AlterModelOptions(
            name='performance',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'performance', 'verbose_name_plural': 'performance'},
        ),
        migrations.AlterModelOptions(
            name='products',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'products', 'verbose_name_plural': 'products'},
        ),
        migrations.AlterModelOptions(
            name='sales',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'sales', 'verbose_name_plural': 'sales'},
        ),
        migrations.AlterModelOptions(
            name='statistics',
            options={'default_permissions': ('view', 'export'), 'managed': False, 'verbose_name': 'statistics', 'verbose_name_plural': 'statistics'},
        ),
    ]
