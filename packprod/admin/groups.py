"""Who may do what, in one table: the groups that a new installation starts with.

Staff work with orders, analysts read and export, operators keep it running. A migration grants them once; what an
administrator changes later stays. To extend: add to the table, then a migration `operations = [grant("…", …)]`
with the new permissions only.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps as registry
from django.db import migrations

_READ = ("orders.view_order", "orders.view_product", "customers.view_customer")
BULK = ("orders.view_bulkstatuschange", "orders.add_bulkstatuschange", "orders.change_bulkstatuschange")
INBOX = (
    "customers.view_receivedimport",
    "customers.replay_receivedimport",
    "customers.edit_receivedimport",
)
HEALTH = (
    "reports.view_datahealth",
    "reports.verify_datahealth",
    "reports.rebuild_datahealth",
    "reports.replay_datahealth",
)
CONTACTS = ("customers.merge_customer", "customers.edit_customer", "customers.view_likelyduplicate")
_EXPORT = ("orders.export_order", "orders.export_product", "customers.export_customer")
REPORTS = (
    "reports.view_overview",
    "reports.view_sales",
    "reports.view_products",
    "reports.view_statistics",
    "reports.view_cohorts",
    "reports.view_overduereorders",
)
REPORT_FILES = tuple(name.replace("view_", "export_") for name in REPORTS)
OTHER_FILES = ("reports.export_performance", "reports.export_datahealth")

GROUPS: dict[str, tuple[str, ...]] = {
    "Staff": (
        *_READ,
        *_EXPORT,
        *REPORTS,
        *REPORT_FILES,
        "orders.add_order",
        "orders.change_order",
        *BULK,
        *INBOX,
        *CONTACTS,
    ),
    "Analyst": (
        *_READ,
        *_EXPORT,
        *REPORTS,
        *REPORT_FILES,
        "reports.view_performance",
        "reports.export_performance",
        "packprod_admin.share_savedview",
    ),
    "Operator": (
        *_READ,
        *_EXPORT,
        *REPORTS,
        *REPORT_FILES,
        *OTHER_FILES,
        "reports.view_performance",
        "orders.add_order",
        "orders.change_order",
        *BULK,
        *INBOX,
        *CONTACTS,
        *HEALTH,
        "customers.rebuild_customer",
        "packprod_admin.share_savedview",
        "api.view_apitoken",
        "django_celery_beat.view_periodictask",
    ),
}


def grant(permissions: Iterable[str] | None = None) -> migrations.RunPython:
    """A migration's operation: makes missing groups and grants each its permissions by the table.

    With `permissions`, only those of them.
    """
    only = None if permissions is None else frozenset(permissions)

    def give(apps: Any, schema_editor: Any) -> None:
        for name, named in GROUPS.items():
            group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
            group.permissions.add(*(_permission(apps, one) for one in named if only is None or one in only))

    return migrations.RunPython(give, migrations.RunPython.noop)


def _permission(apps: Any, name: str) -> Any:
    """The permission's row; Django itself makes it only after all migrations."""
    app, codename = name.split(".")
    model = codename.rpartition("_")[2]
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app, model=model)
    permission, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type, codename=codename, defaults={"name": _name(app, model, codename)}
    )
    return permission


def _name(app: str, model: str, codename: str) -> str:
    """As Django would call it."""
    own = dict(registry.get_model(app, model)._meta.permissions)
    return str(own.get(codename, f"Can {codename.replace('_', ' ')}"))
